package io.holdfast.keeper.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.keeper.oci.State;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;

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
     * @param times where asked for: when the bytes were written, the first entry for the first byte, each until the next. Bytes
     *     between two entries left the pipe together. {@link LineTimes} puts them before the lines
     */
    record LogChunk(
            long offset,
            byte[] data,
            boolean end,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LogTime> times) implements Reply {
        @JsonCreator
        public LogChunk {
            times = times == null ? List.of() : List.copyOf(times);
        }

        /** Without times. */
        public LogChunk(long offset, byte[] data, boolean end) {
            this(offset, data, end, List.of());
        }
    }

    /** @param atMillis when the byte at the offset was written, in milliseconds since 1970 */
    record LogTime(long offset, long atMillis) {}

    /**
     * A place in a stream.
     *
     * @param offset to read from: the beginning of a line, or of what is kept
     * @param lines how many lines stand from there to the end; counted where {@code tailLines} was asked for, else 0. Fewer than
     *     asked for: the stream has no more, and those of an earlier container of the task come before
     * @param head offset of the first byte that is kept
     * @param end offset behind the last byte that is there
     */
    record LogPlace(long offset, long lines, long head, long end) implements Reply {}

    /** @param there whether the keeper has the layer already: then nothing is sent, and the connection ends */
    record LayerAwaited(boolean there) implements Reply {}

    /** @param freeBytes, totalBytes of the file system that they lie on */
    record Layers(List<LayerStatus> items, long freeBytes, long totalBytes) implements Reply {}

    /**
     * @param bytes that its files have
     * @param entries files, directories and all else
     * @param inUse whether a container, running or not, stands on it
     */
    record LayerStatus(String diffId, long bytes, long entries, boolean inUse) {}

    /** @param inUse those that a container stands on; they stay */
    record LayersRemoved(List<String> removed, List<String> inUse) implements Reply {}

    /** @param version of the program that takes over */
    record Upgrading(String version) implements Reply {}

    /** @param atMillis when they were read, since 1970 */
    record Stats(long atMillis, List<SandboxStats> sandboxes) implements Reply {}

    /**
     * @param total of all its containers since it was made, also of those that have ended and were removed. Never goes back: a
     *     restart of a container, the keeper or the agent loses nothing of it, a power failure at most the last minute
     * @param network of its own network namespace, each interface since it is there; empty for the host's network
     * @param containers those that run
     */
    record SandboxStats(String id, Usage total, List<NetworkInterface> network, List<ContainerStats> containers) {}

    /** What only grows. On v1, writes that go through the page cache are missing from the io counts. */
    record Usage(
            long cpuNanos,
            long cpuUserNanos,
            long cpuSystemNanos,
            long throttledPeriods,
            long throttledNanos,
            long ioReadBytes,
            long ioWriteBytes,
            long ioReadOperations,
            long ioWriteOperations,
            long oomKills) {
        public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        public Usage plus(Usage other) {
            return with(other, Long::sum);
        }

        /** Of two readings of the same counters, the later. */
        public Usage max(Usage other) {
            return with(other, Math::max);
        }

        private Usage with(Usage other, LongBinaryOperator each) {
            return new Usage(
                    each.applyAsLong(cpuNanos, other.cpuNanos),
                    each.applyAsLong(cpuUserNanos, other.cpuUserNanos),
                    each.applyAsLong(cpuSystemNanos, other.cpuSystemNanos),
                    each.applyAsLong(throttledPeriods, other.throttledPeriods),
                    each.applyAsLong(throttledNanos, other.throttledNanos),
                    each.applyAsLong(ioReadBytes, other.ioReadBytes),
                    each.applyAsLong(ioWriteBytes, other.ioWriteBytes),
                    each.applyAsLong(ioReadOperations, other.ioReadOperations),
                    each.applyAsLong(ioWriteOperations, other.ioWriteOperations),
                    each.applyAsLong(oomKills, other.oomKills));
        }
    }

    record NetworkInterface(String name, long receivedBytes, long receivedPackets, long sentBytes, long sentPackets) {}

    /** @param used since it was started */
    record ContainerStats(
            String id,
            Usage used,
            MemoryUse memory,
            PidsUse pids,
            Pressure cpuPressure,
            Pressure memoryPressure,
            Pressure ioPressure) {}

    /** @param limitBytes -1 for none */
    record MemoryUse(
            long currentBytes,
            long peakBytes,
            long limitBytes,
            long anonBytes,
            long cacheBytes,
            long swapBytes,
            long majorFaults) {}

    /** @param limit -1 for none */
    record PidsUse(long current, long limit) {}

    /**
     * How long tasks waited for a resource.
     *
     * @param known false where the kernel does not tell
     * @param some while at least one waited, {@code full} while none went on
     */
    record Pressure(boolean known, Stall some, Stall full) {}

    /** Percent of the last 10, 60 and 300 seconds; microseconds in all. */
    record Stall(double avg10, double avg60, double avg300, long totalMicros) {}
}
