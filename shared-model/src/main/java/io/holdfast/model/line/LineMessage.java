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

    /** The longest frame, in bytes: of the line's text and of a stream's bytes. */
    int MAX_BYTES = 64 << 10;

    /** Close status of a stream whose bytes have all been sent (RFC 6455, section 7.4.1). Any other is a fault. */
    int CLOSE_DONE = 1000;

    /** Close status of a line that the scheduler ends because it stops (RFC 6455: going away): dial another. */
    int CLOSE_GOING_AWAY = 1001;

    /** Close status of a line that comes too early: the scheduler is not ready; dial again later. */
    int CLOSE_TRY_LATER = 1013;

    /** Close status of a line whose agent said what is not allowed: another protocol or cluster, or no message at all. */
    int CLOSE_REFUSED = 4400;

    /** Close status of a stream whose log does not exist; the reason says what is missing. */
    int CLOSE_NOT_FOUND = 4404;

    /** Close status of a line that a newer one of the same node replaces. */
    int CLOSE_REPLACED = 4409;

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
