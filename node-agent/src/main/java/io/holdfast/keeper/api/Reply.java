package io.holdfast.keeper.api;

import io.holdfast.keeper.oci.State;
import java.util.List;
import java.util.Map;

/** What the keeper answers. Calls that only do something answer {@link Done}. */
public sealed interface Reply {

    /**
     * Who the keeper is and what the host can do.
     *
     * @param attributes facts of the host under attribute names: {@code arch}, {@code kernel}, {@code cgroup} ({@code v1},
     *     {@code hybrid}, {@code v2}), {@code user-namespaces}, …
     * @param capacity what the cgroup subtree of this keeper allows
     * @param policy what the node's policy file permits: {@code host-image}, {@code host-network}, {@code host-user}
     */
    record Hello(
            int protocol,
            String version,
            String bootId,
            Map<String, String> attributes,
            Capacity capacity,
            List<String> policy)
            implements Reply {}

    /** cpu in thousandths of a core, memory and disk in bytes, pids as a count. */
    record Capacity(long cpuMillis, long memoryBytes, long diskBytes, long pids) {}

    record Done() implements Reply {}

    /** The state of a container in the specification's words. */
    record OciState(State state) implements Reply {}

    /** A container's program has been executed. */
    record Started(int pid, long startedAtMillis) implements Reply {}

    /**
     * The connection now carries {@link ExecFrames}.
     *
     * @param pid of the program, as the host numbers it
     * @param inputWindowBytes how much input may be sent before the first {@link ExecFrames#CREDIT}; 0 where there is none
     */
    record ExecStarted(int pid, int inputWindowBytes) implements Reply {}

    record Sandboxes(List<SandboxStatus> items) implements Reply {}

    /** @param paused whether no container can be started in it until it is resumed */
    record SandboxStatus(
            String id,
            boolean stopWhenDisconnected,
            Map<String, String> annotations,
            List<ContainerStatus> containers,
            boolean paused) {

        public SandboxStatus(
                String id,
                boolean stopWhenDisconnected,
                Map<String, String> annotations,
                List<ContainerStatus> containers) {
            this(id, stopWhenDisconnected, annotations, containers, false);
        }
    }

    /**
     * @param state {@code created}, {@code running}, {@code paused}, {@code stopping} or {@code exited}
     * @param exit how it ended; {@link Exit#NONE} while it runs
     */
    record ContainerStatus(
            String id,
            String sandbox,
            String state,
            int pid,
            long startedAtMillis,
            Exit exit,
            Map<String, String> annotations) {}

    /**
     * How a container ended.
     *
     * @param code the exit code, or -1
     * @param signal the signal that ended it, or 0
     * @param oomKilled whether the kernel killed one of its processes because its cgroup was out of memory
     * @param known false where nobody saw the status (the keeper itself was killed)
     * @param reason empty, or {@code oom-killed}, {@code deadline-passed}, {@code exit status unknown}, …
     */
    record Exit(int code, int signal, boolean oomKilled, boolean known, String reason, long atMillis) {
        public static final Exit NONE = new Exit(-1, 0, false, false, "", 0);

        public boolean ended() {
            return atMillis != 0;
        }
    }

    /**
     * @param offset of the first byte of {@code data}, since the container's start
     * @param end whether the stream has ended and this is the last of it
     */
    record LogChunk(long offset, byte[] data, boolean end) implements Reply {}
}
