package io.holdfast.model.line;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * One message on an agent's line. The agent dials {@value #PATH} with its node token as bearer, says {@link Hello}, and is
 * answered by {@link Welcome} or by the closing of the line with a reason.
 *
 * <p>Agents pass over messages and fields that they do not know, and schedulers take an answer that stays away for a refusal: so
 * messages and fields may be added within one protocol.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LineMessage.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = LineMessage.Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = LineMessage.Renew.class, name = "renew"),
    @JsonSubTypes.Type(value = LineMessage.Renewed.class, name = "renewed"),
    @JsonSubTypes.Type(value = LineMessage.OpenStream.class, name = "open-stream"),
    @JsonSubTypes.Type(value = LineMessage.OpenUsage.class, name = "open-usage"),
    @JsonSubTypes.Type(value = LineMessage.OpenExec.class, name = "open-exec"),
    @JsonSubTypes.Type(value = LineMessage.OpenImport.class, name = "open-import"),
    @JsonSubTypes.Type(value = LineMessage.CloseStream.class, name = "close-stream"),
    @JsonSubTypes.Type(value = LineMessage.Ask.class, name = "ask"),
    @JsonSubTypes.Type(value = LineMessage.AskNode.class, name = "ask-node"),
    @JsonSubTypes.Type(value = LineMessage.Answer.class, name = "answer"),
})
public sealed interface LineMessage {
    int PROTOCOL = 1;

    String PATH = "/v1/line";

    /** The agent dials {@code STREAMS_PATH + streamId} for each message that opens a stream, and sends binary frames. */
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

    /** Close status of a stream of what does not exist on the node; the reason says what is missing. */
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
     * @param tailLines the last so many lines, {@link #ALL} without this condition
     * @param sinceMillis lines that began then or later, in milliseconds since 1970; 0 without this condition
     * @param timestamps whether each line begins with its time
     */
    record OpenStream(
            String streamId,
            String allocationId,
            String task,
            String stream,
            boolean follow,
            long tailLines,
            long sinceMillis,
            boolean timestamps)
            implements LineMessage {
        public static final long ALL = -1;

        /** A scheduler that says nothing of the last lines wants all. */
        @JsonCreator
        static OpenStream read(
                @JsonProperty("streamId") String streamId,
                @JsonProperty("allocationId") String allocationId,
                @JsonProperty("task") String task,
                @JsonProperty("stream") String stream,
                @JsonProperty("follow") boolean follow,
                @JsonProperty("tailLines") Long tailLines,
                @JsonProperty("sinceMillis") Long sinceMillis,
                @JsonProperty("timestamps") Boolean timestamps) {
            long tail = tailLines == null ? ALL : tailLines;
            long since = sinceMillis == null ? 0 : sinceMillis;
            boolean times = timestamps != null && timestamps;
            return new OpenStream(streamId, allocationId, task, stream, follow, tail, since, times);
        }

        /** All that is kept, as it was written. */
        public OpenStream(String streamId, String allocationId, String task, String stream, boolean follow) {
            this(streamId, allocationId, task, stream, follow, ALL, 0, false);
        }
    }

    /**
     * Down: dial back and send what these allocations use, each as one frame of JSON ({@link AllocationUsage}); those that are not
     * on the node are left out.
     *
     * @param windowMillis between the two looks that rates come from; 0 for one look without rates
     */
    record OpenUsage(String streamId, List<String> allocationIds, long windowMillis) implements LineMessage {
        /** The longest window: the reader of the stream waits for it. */
        public static final long MAX_WINDOW_MILLIS = 10_000;
    }

    /** Down: dial back and speak {@link ExecFrame}s, the first of which comes down and says what to run. */
    record OpenExec(String streamId, String allocationId, String task) implements LineMessage {}

    /**
     * Down: dial back and take an archive of images. An empty frame goes up when it may come, and now and then from then on, so that a
     * long import is known to live. Frames of its bytes come down, and an empty one at its end: a stream that ends before is a cut. The
     * last frame up is an {@link Answer} as JSON: {@link NodeImages.Listed} when the images are there.
     *
     * @param reference the name of the only image, in full; empty for the names in the archive
     * @param sizeBytes of the archive, {@link #UNKNOWN} where the sender does not know
     */
    record OpenImport(String streamId, String reference, long sizeBytes) implements LineMessage {
        public static final long UNKNOWN = -1;

        public OpenImport {
            reference = reference == null ? "" : reference;
        }
    }

    /** Down: nobody reads the stream any more. */
    record CloseStream(String streamId) implements LineMessage {}

    /**
     * Down: do something to an allocation; answered by {@link Answer}.
     *
     * @param action {@link #PAUSE} or {@link #RESUME}; doing again what is done is fine
     */
    record Ask(String askId, String allocationId, String action) implements LineMessage {
        public static final String PAUSE = "pause";
        public static final String RESUME = "resume";
    }

    /**
     * Down: tell of the node, or do something to it; answered by {@link Answer}. An agent that is older than an action passes over
     * the message, or answers {@code unsupported}.
     *
     * @param action one of the below, each with the body of its answer
     * @param argument what it is about, of at most {@link #MAX_ARGUMENT} characters; empty for all
     */
    record AskNode(String askId, String action, String argument) implements LineMessage {
        /** {@link NodeImages.Listed}; the argument is the only reference to tell of. */
        public static final String LIST_IMAGES = "list-images";

        /** Answered at once, with nothing: {@link #LIST_IMAGES} tells how it gets on. The argument is the reference. */
        public static final String PULL_IMAGE = "pull-image";

        /** {@link NodeImages.Details}. */
        public static final String INSPECT_IMAGE = "inspect-image";

        /** {@link NodeImages.Removed}. */
        public static final String REMOVE_IMAGE = "remove-image";

        /** {@link NodeImages.Removed}; to be asked again while something is left to do. */
        public static final String PRUNE_IMAGES = "prune-images";

        /** {@link NodeImages.Resolved}; the argument is a reference of a registry with a tag. Nothing is fetched for it. */
        public static final String RESOLVE_IMAGE = "resolve-image";

        /** The longest argument, in characters: as a part of an address it stays below the longest of a request. */
        public static final int MAX_ARGUMENT = 1_024;

        public AskNode {
            argument = argument == null ? "" : argument;
        }
    }

    /**
     * Up.
     *
     * @param code empty when it is done; {@code not-found}, {@code conflict}, {@code unsupported}, … as the node's runtime has it
     * @param message why it is not done
     * @param body what was asked for, at most {@link #MAX_BODY_BYTES} of JSON; an empty object where nothing was
     */
    record Answer(
            String askId,
            String code,
            String message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) JsonNode body) implements LineMessage {
        /** What is left of {@link #MAX_BYTES} when the rest of an answer is at its longest. */
        public static final int MAX_BODY_BYTES = 56 << 10;

        @JsonCreator
        public Answer {
            body = body == null ? JsonNodeFactory.instance.objectNode() : body;
        }

        /** Without a body. */
        public Answer(String askId, String code, String message) {
            this(askId, code, message, JsonNodeFactory.instance.objectNode());
        }
    }
}
