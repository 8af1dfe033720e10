package io.holdfast.keeper.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
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
    @JsonSubTypes.Type(value = Request.PauseContainer.class, name = "pause-container"),
    @JsonSubTypes.Type(value = Request.ResumeContainer.class, name = "resume-container"),
    @JsonSubTypes.Type(value = Request.PauseSandbox.class, name = "pause-sandbox"),
    @JsonSubTypes.Type(value = Request.ResumeSandbox.class, name = "resume-sandbox"),
    @JsonSubTypes.Type(value = Request.Exec.class, name = "exec"),
    @JsonSubTypes.Type(value = Request.Attach.class, name = "attach"),
    @JsonSubTypes.Type(value = Request.CreateContainer.class, name = "create-container"),
    @JsonSubTypes.Type(value = Request.StartCreated.class, name = "start-created"),
    @JsonSubTypes.Type(value = Request.ContainerState.class, name = "container-state"),
    @JsonSubTypes.Type(value = Request.FindLog.class, name = "find-log"),
    @JsonSubTypes.Type(value = Request.Upgrade.class, name = "upgrade"),
    @JsonSubTypes.Type(value = Request.PutLayer.class, name = "put-layer"),
    @JsonSubTypes.Type(value = Request.ListLayers.class, name = "list-layers"),
    @JsonSubTypes.Type(value = Request.RemoveLayers.class, name = "remove-layers"),
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
     * @param namespaces by type ({@code user}, {@code net}, {@code ipc}, {@code uts}, {@code pid}, {@code cgroup}): {@code new}, {@code
     *     host}, {@code container:ID} for that container's, or the absolute path of one. It wins over {@code network} and {@code
     *     userNamespace}. Everything but {@code new} must be allowed by the policy
     */
    record CreateSandbox(
            String id,
            String hostname,
            String network,
            boolean userNamespace,
            boolean stopWhenDisconnected,
            Map<String, String> annotations,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> namespaces)
            implements Request {

        @JsonCreator
        public CreateSandbox {
            namespaces = namespaces == null ? Map.of() : namespaces;
        }

        /** With the namespaces that {@code network} and {@code userNamespace} say, and all others new. */
        public CreateSandbox(
                String id,
                String hostname,
                String network,
                boolean userNamespace,
                boolean stopWhenDisconnected,
                Map<String, String> annotations) {
            this(id, hostname, network, userNamespace, stopWhenDisconnected, annotations, Map.of());
        }
    }

    /**
     * Starts a container in a sandbox. Answered when its program has been executed, or with the step that failed; a failed
     * start leaves nothing behind.
     *
     * @param id unique on the node, as for sandboxes
     * @param sandbox the id of its sandbox
     * @param rootfs {@code host} (the host's /usr and a generated /etc), {@code dir:/absolute/path}, or {@code layers:} and the diff ids
     *     of layers that {@link PutLayer} brought, the lowest first, with commas between them
     * @param spec what to run: the OCI runtime specification's configuration. Namespaces of the sandbox are joined, whatever
     *     {@code linux.namespaces} says of them
     * @param logMaxBytes how much of each stream is kept
     * @param init whether the program runs below an init of the node's, which reaps orphans and hands signals on; refused where
     *     {@code hello} does not tell of one (attribute {@code init})
     * @param hostDevices devices of the host beside those of {@code spec}
     * @param diskBytes most that its own layer over the root may hold, 0 without limit; refused where {@code hello} says {@code none}
     *     of attribute {@code disk-limits}
     */
    record StartContainer(
            String id,
            String sandbox,
            String rootfs,
            Spec spec,
            long logMaxBytes,
            Map<String, String> annotations,
            boolean init,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) java.util.List<HostDevice> hostDevices,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long diskBytes)
            implements Request {
        @JsonCreator
        public StartContainer {
            hostDevices = hostDevices == null ? java.util.List.of() : java.util.List.copyOf(hostDevices);
        }

        /** Without an init, so that the program itself is process 1, and without a limit on its disk. */
        public StartContainer(
                String id,
                String sandbox,
                String rootfs,
                Spec spec,
                long logMaxBytes,
                Map<String, String> annotations) {
            this(id, sandbox, rootfs, spec, logMaxBytes, annotations, false, java.util.List.of(), 0);
        }
    }

    /**
     * A device file, by the path that it has on the host and gets in the container.
     *
     * @param access what its control group permits, of the letters {@code rwm}: read, write, make further files of it
     */
    record HostDevice(String path, String access) {}

    /**
     * Sends one signal, by number, to the container's first process. A paused container gets it when it is resumed; only KILL
     * takes effect at once.
     */
    record SignalContainer(String id, int signal) implements Request {}

    /**
     * Sends {@code signal}, waits up to the grace period, then kills all that is left. Answered when it has ended. A paused
     * container is resumed, so that it can end in order.
     */
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
     * @param times whether the answer says when its bytes were written: {@link Reply.LogChunk#times}
     */
    record ReadLog(
            String id,
            String stream,
            long offset,
            int maxBytes,
            long waitMillis,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean times)
            implements Request {
        @JsonCreator
        public ReadLog {}

        /** Without times. */
        public ReadLog(String id, String stream, long offset, int maxBytes, long waitMillis) {
            this(id, stream, offset, maxBytes, waitMillis, false);
        }
    }

    /**
     * Where to read from. With both conditions the later place counts, with none the head of what is kept.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param tailLines the last so many lines, at most 100,000; 0 for the end, {@link #ALL} for no such condition. A last line
     *     without its newline is one
     * @param sinceMillis lines that began then or later, in milliseconds since 1970; 0 for no such condition
     */
    record FindLog(String id, String stream, long tailLines, long sinceMillis) implements Request {
        public static final long ALL = -1;
    }

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
     * Stops every process of a running container where it is, until {@link ResumeContainer}. Pausing what is paused is fine.
     * It survives the keeper, not a reboot.
     */
    record PauseContainer(String id) implements Request {}

    /** Lets a paused container run on. Resuming what runs is fine; refused while its sandbox is paused. */
    record ResumeContainer(String id) implements Request {}

    /** Pauses all containers of a sandbox; until {@link ResumeSandbox} none can be started in it. */
    record PauseSandbox(String id) implements Request {}

    /** Resumes all containers of a sandbox, also those that were paused one by one. */
    record ResumeSandbox(String id) implements Request {}

    /**
     * Runs a further program in a running container, with the container's rights and limits. Answered by {@link
     * Reply.ExecStarted} once it has been executed; from then on this connection carries {@link ExecFrames} and nothing else,
     * and whoever closes it hangs up on the program. No other request of the connection may be under way.
     *
     * @param terminal whether standard input, output and error are a terminal of the container's; all output is stdout then
     * @param rows, columns of the terminal; 0 where they are not known
     */
    record Exec(String container, ExecProcess process, boolean terminal, int rows, int columns) implements Request {}

    /**
     * What to run in a container.
     *
     * @param args program and arguments; a program without a slash is looked for in PATH
     * @param env {@code NAME=value}, in addition to the container's own, which a same name overrides
     * @param cwd absolute; empty for the container's own
     * @param user {@link #CONTAINERS_USER}, also where it is absent, for the container's own
     */
    record ExecProcess(java.util.List<String> args, java.util.List<String> env, String cwd, Spec.User user) {
        public static final Spec.User CONTAINERS_USER = new Spec.User(-1, -1, java.util.List.of());

        public ExecProcess {
            args = args == null ? java.util.List.of() : java.util.List.copyOf(args);
            env = env == null ? java.util.List.of() : java.util.List.copyOf(env);
            cwd = cwd == null ? "" : cwd;
            user = user == null ? CONTAINERS_USER : user;
        }

        /** As the container's own user, in its working directory. */
        public ExecProcess(java.util.List<String> args) {
            this(args, java.util.List.of(), "", CONTAINERS_USER);
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

    /**
     * Follows a container's output, and types into its terminal where it has one. Answered by {@link Reply.ExecStarted}; from
     * then on as for {@link Exec}, but whoever closes the connection leaves the container as it is. Any number may be attached.
     *
     * @param stdoutOffset, stderrOffset the byte since the container's start to begin with; -1 for what comes from now on
     */
    record Attach(String container, long stdoutOffset, long stderrOffset) implements Request {}

    /**
     * Makes a container that takes its specification as it stands, as the OCI runtime specification's {@code create} does: what the
     * specification leaves out is off, namespaces that it does not name are the host's. It has a sandbox of its own with the same id,
     * which {@link RemoveSandbox} removes. Answered by {@link Reply.Started} when everything is made and a process waits for {@link
     * StartCreated}. Only root may ask, and the policy must allow {@code exact}.
     *
     * @param id as for sandboxes
     * @param name the container's id in its client's words, as hooks and {@link ContainerState} tell it
     * @param bundle absolute path of the bundle: {@code root.path} is relative to it, hooks run in it
     * @param stdio whose standard descriptors the container gets; {@link Stdio#NONE} for logs of the keeper's
     * @param logMaxBytes how much of each stream is kept, without {@code stdio}
     * @param consoleSocket path of the socket to which a terminal's master is sent; empty without terminal
     */
    record CreateContainer(
            String id,
            String name,
            String bundle,
            Spec spec,
            Stdio stdio,
            long logMaxBytes,
            String consoleSocket,
            Map<String, String> annotations)
            implements Request {}

    /** @param pid the process whose descriptors 0, 1 and 2 are meant; it must live until the answer, 0 for none */
    record Stdio(int pid) {
        public static final Stdio NONE = new Stdio(0);
    }

    /** Executes the program of a created container. Answered when it has been executed. */
    record StartCreated(String id) implements Request {}

    /** Answered by {@link Reply.OciState}; only of a container that was made by {@link CreateContainer}. */
    record ContainerState(String id) implements Request {}

    /**
     * Brings a layer of an image. Answered by {@link Reply.LayerAwaited}; where it is awaited, this connection carries the layer's tar,
     * as it is, until the client shuts down its side, and then the one answer from the keeper, with the request's id 0: {@link
     * Reply.Done} once it is unpacked and verified, or why it was refused. See {@link LayerClient}.
     *
     * @param diffId {@code sha256:} and 64 hexadecimal digits: the digest of the tar, uncompressed
     */
    record PutLayer(String diffId) implements Request {}

    /** Answered by {@link Reply.Layers}. */
    record ListLayers() implements Request {}

    /** Those in use stay, as the answer tells: {@link Reply.LayersRemoved}. Unknown ids are fine. */
    record RemoveLayers(java.util.List<String> diffIds) implements Request {
        public RemoveLayers {
            diffIds = diffIds == null ? java.util.List.of() : java.util.List.copyOf(diffIds);
        }
    }

    /**
     * The keeper replaces itself by the program that its command line names now: same process, same children. For root alone.
     * Answered when the new program has been found fit; then the connection ends, and the new one listens within a second.
     */
    record Upgrade() implements Request {}
}
