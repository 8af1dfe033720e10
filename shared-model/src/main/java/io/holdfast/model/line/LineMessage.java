package io.holdfast.model.line;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * One message on an agent's line. The agent dials {@value #PATH} with its node token as bearer, says {@link Hello}, and is
 * answered by {@link Welcome} or by the closing of the line with a reason.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LineMessage.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = LineMessage.Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = LineMessage.Renew.class, name = "renew"),
    @JsonSubTypes.Type(value = LineMessage.Renewed.class, name = "renewed"),
    @JsonSubTypes.Type(value = LineMessage.OpenStream.class, name = "open-stream"),
    @JsonSubTypes.Type(value = LineMessage.CloseStream.class, name = "close-stream"),
})
public sealed interface LineMessage {
    int PROTOCOL = 1;

    String PATH = "/v1/line";

    /** The agent dials {@code STREAMS_PATH + streamId} for each {@link OpenStream} and sends binary frames. */
    String STREAMS_PATH = "/v1/line/streams/";

    /** The longest text frame of the line, in bytes. */
    int MAX_BYTES = 64 << 10;

    /** Up, first. {@code clusterId} is that of the manifests followed so far, empty on a new node. */
    record Hello(int protocol, String nodeId, String name, String clusterId, String agentVersion)
            implements LineMessage {}

    /**
     * Down.
     *
     * @param leaseMillis how long a renewal holds; the agent renews three times in it
     * @param hazelcast addresses that its client may dial
     */
    record Welcome(String clusterId, long leaseMillis, String hazelcastCluster, List<String> hazelcast)
            implements LineMessage {}

    /** Up. */
    record Renew(long sequence) implements LineMessage {}

    /** Down: the lease holds for {@code leaseMillis} from when the agent sent the renewal. */
    record Renewed(long sequence, long leaseMillis) implements LineMessage {}

    /**
     * Down: dial back and send what the task has written.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param follow whether to go on until the task's last run has ended
     */
    record OpenStream(String streamId, String allocationId, String task, String stream, boolean follow)
            implements LineMessage {}

    /** Down: nobody reads the stream any more. */
    record CloseStream(String streamId) implements LineMessage {}
}
