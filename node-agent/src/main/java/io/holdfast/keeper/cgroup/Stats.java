package io.holdfast.keeper.cgroup;

/**
 * What one cgroup has used since it was made, and uses now. What a kernel does not tell is 0.
 *
 * @param cpuPressure how long its tasks waited, where the kernel has pressure-stall information
 */
public record Stats(
        Cpu cpu, Memory memory, Io io, Pids pids, Pressure cpuPressure, Pressure memoryPressure, Pressure ioPressure) {

    /** A limit that is not there. */
    public static final long UNLIMITED = -1;

    /** @param throttledPeriods in how many periods its quota was used up, and {@code throttledNanos} for how long it stood still */
    public record Cpu(long usageNanos, long userNanos, long systemNanos, long throttledPeriods, long throttledNanos) {}

    /**
     * @param limitBytes {@link #UNLIMITED} for none
     * @param anonBytes what belongs to processes alone
     * @param cacheBytes of files, and given back when others need it
     * @param majorFaults pages that had to be read
     */
    public record Memory(
            long currentBytes,
            long peakBytes,
            long limitBytes,
            long anonBytes,
            long cacheBytes,
            long swapBytes,
            long majorFaults,
            long oomKills) {}

    /** What reached devices. On v1 buffered writes are counted for whoever writes them back, not here. */
    public record Io(long readBytes, long writeBytes, long readOperations, long writeOperations) {
        public static final Io NONE = new Io(0, 0, 0, 0);
    }

    /** @param limit {@link #UNLIMITED} for none */
    public record Pids(long current, long limit) {}

    /**
     * Pressure-stall information, accounting/psi.rst.
     *
     * @param known whether this kernel has it for this cgroup
     * @param some while at least one task waited
     * @param full while none that could run did
     */
    public record Pressure(boolean known, Stall some, Stall full) {
        public static final Pressure UNKNOWN = new Pressure(false, Stall.NONE, Stall.NONE);
    }

    /** Shares of the last 10, 60 and 300 seconds in percent, and microseconds in all. */
    public record Stall(double avg10, double avg60, double avg300, long totalMicros) {
        public static final Stall NONE = new Stall(0, 0, 0, 0);
    }
}
