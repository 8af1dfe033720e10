package io.holdfast.model.job;

/**
 * What a task asks of a node.
 *
 * @param cpuMillis reservation and weight, thousandths of a core
 * @param cpuMaxMillis quota, thousandths of a core; 0 is none
 * @param memoryBytes reservation, and hard limit where {@code memoryMaxBytes} is 0
 * @param memoryMaxBytes hard limit above the reservation; 0 is none
 * @param pids most processes and threads
 * @param swapBytes most swap beside the memory
 * @param cpuSet processors it runs on, as {@code 0-3,8}; empty for all
 * @param ioWeight share of disks under contention, 10 to 1000; 0 for the kernel's default
 * @param diskBytes most that its own layer over the image may hold, and reservation; 0 is without limit and reserves nothing
 */
public record Resources(
        long cpuMillis,
        long cpuMaxMillis,
        long memoryBytes,
        long memoryMaxBytes,
        long pids,
        long swapBytes,
        String cpuSet,
        long ioWeight,
        long diskBytes) {
    public static final Resources ZERO = new Resources(0, 0, 0, 0, 0);
    public static final Resources DEFAULT = new Resources(100, 0, 128L << 20, 0, 256);

    /** Without swap, on all processors, with the usual share of disks and no limit there. */
    public Resources(long cpuMillis, long cpuMaxMillis, long memoryBytes, long memoryMaxBytes, long pids) {
        this(cpuMillis, cpuMaxMillis, memoryBytes, memoryMaxBytes, pids, 0, "", 0, 0);
    }

    /** Both together, for what is reserved: what only one container knows is left out. A quota there is only where each has one; a limit is the sum of the limits. */
    public Resources plus(Resources other) {
        boolean quota = cpuMaxMillis != 0 && other.cpuMaxMillis != 0;
        boolean oversubscribed = memoryMaxBytes != 0 || other.memoryMaxBytes != 0;
        return new Resources(
                cpuMillis + other.cpuMillis,
                quota ? cpuMaxMillis + other.cpuMaxMillis : 0,
                memoryBytes + other.memoryBytes,
                oversubscribed ? memoryLimitBytes() + other.memoryLimitBytes() : 0,
                pids + other.pids,
                0,
                "",
                0,
                diskBytes + other.diskBytes);
    }

    /** The limit the kernel enforces. */
    public long memoryLimitBytes() {
        return memoryMaxBytes == 0 ? memoryBytes : memoryMaxBytes;
    }
}
