package io.holdfast.keeper.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.holdfast.keeper.oci.Spec;
import java.util.Map;

/** What a client may ask of the keeper. The type's name stands in {@code call}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call", include = JsonTypeInfo.As.EXTERNAL_PROPERTY)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Request.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = Request.CreateSandbox.class, name = "create-sandbox"),
    @JsonSubTypes.Type(value = Request.StartContainer.class, name = "start-container"),
    @JsonSubTypes.Type(value = Request.SignalContainer.class, name = "signal-container"),
    @JsonSubTypes.Type(value = Request.StopContainer.class, name = "stop-container"),
    @JsonSubTypes.Type(value = Request.RemoveContainer.class, name = "remove-container"),
    @JsonSubTypes.Type(value = Request.RemoveSandbox.class, name = "remove-sandbox"),
    @JsonSubTypes.Type(value = Request.List.class, name = "list"),
    @JsonSubTypes.Type(value = Request.ReadLog.class, name = "read-log"),
    @JsonSubTypes.Type(value = Request.Renew.class, name = "renew"),
    @JsonSubTypes.Type(value = Request.Watch.class, name = "watch"),
    @JsonSubTypes.Type(value = Request.UpdateContainer.class, name = "update-container"),
    @JsonSubTypes.Type(value = Request.Stats.class, name = "stats"),
})
public sealed interface Request {

    /** First on each connection; answered by {@link Reply.Hello}. */
    record Hello(int protocol) implements Request {}

    /**
     * Makes the namespaces and the cgroup that the containers of one allocation share.
     *
     * @param id unique on the node, {@code [a-z0-9][a-z0-9-]{0,63}}
     * @param hostname of the new uts namespace
     * @param network {@code private} (a new net namespace with loopback up) or {@code host}
     * @param userNamespace whether root inside is nobody on the host; without it the policy must allow {@code host-user}
     * @param stopWhenDisconnected whether the keeper kills all of it when {@link Renew} stays away past its time
     * @param annotations kept in the record and given back by {@code list}; the client's own words
     */
    record CreateSandbox(
            String id,
            String hostname,
            String network,
            boolean userNamespace,
            boolean stopWhenDisconnected,
            Map<String, String> annotations)
            implements Request {}

    /**
     * Starts a container in a sandbox. Answered when its program has been executed, or with the step that failed; a failed
     * start leaves nothing behind.
     *
     * @param id unique on the node, as for sandboxes
     * @param sandbox the id of its sandbox
     * @param rootfs {@code host} (the host's /usr and a generated /etc) or {@code dir:/absolute/path}
     * @param spec what to run: the OCI runtime specification's configuration. Namespaces of the sandbox are joined, whatever
     *     {@code linux.namespaces} says of them
     * @param logMaxBytes how much of each stream is kept
     */
    record StartContainer(
            String id, String sandbox, String rootfs, Spec spec, long logMaxBytes, Map<String, String> annotations)
            implements Request {}

    /** Sends one signal, by number, to the container's first process. */
    record SignalContainer(String id, int signal) implements Request {}

    /** Sends {@code signal}, waits up to the grace period, then kills all that is left. Answered when it has ended. */
    record StopContainer(String id, int signal, long graceMillis) implements Request {}

    /** Forgets an ended container with its root, logs and record. Unknown ids are fine: the wish is fulfilled. */
    record RemoveContainer(String id) implements Request {}

    /** Kills what still runs in a sandbox and removes it with its containers. Unknown ids are fine. */
    record RemoveSandbox(String id) implements Request {}

    /** All sandboxes and their containers, also the ended ones that were not removed. */
    record List() implements Request {}

    /**
     * Reads kept output.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param offset the byte since the container's start to read from; older than what is kept means from its head
     * @param maxBytes at most so many, and at most 1 MiB
     * @param waitMillis how long to wait for the first byte when there is none yet and the container runs; at most 10,000
     */
    record ReadLog(String id, String stream, long offset, int maxBytes, long waitMillis) implements Request {}

    /** The cluster has confirmed the node's lease: deadlines move to {@code ttlMillis} from now, on the boot-time clock. */
    record Renew(long ttlMillis) implements Request {}

    /** From now on this connection is told {@link Event}s. */
    record Watch() implements Request {}

    /**
     * Changes the limits of a running container: to all of these, or to none of them.
     *
     * @param resources the limits from now on; what is absent is unlimited, also where it was limited before
     */
    record UpdateContainer(String id, Spec.Resources resources) implements Request {
        public UpdateContainer {
            resources = resources == null ? Spec.Resources.UNLIMITED : resources;
        }
    }

    /**
     * What sandboxes have used and use; cheap enough to be asked for every second.
     *
     * @param sandboxes their ids, empty for all. Those that are not there are left out of the answer
     */
    record Stats(java.util.List<String> sandboxes) implements Request {
        public Stats {
            sandboxes = sandboxes == null ? java.util.List.of() : java.util.List.copyOf(sandboxes);
        }
    }
}
