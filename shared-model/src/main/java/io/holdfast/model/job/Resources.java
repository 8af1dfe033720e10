package io.holdfast.model.job;

/**
 * What a task asks of a node.
 *
 * @param cpuMillis reservation and weight, thousandths of a core
 * @param cpuMaxMillis quota, thousandths of a core; 0 is none
 * @param memoryBytes reservation, and hard limit where {@code memoryMaxBytes} is 0
 * @param memoryMaxBytes hard limit above the reservation; 0 is none
 * @param pids most processes and threads
 */
public record Resources(long cpuMillis, long cpuMaxMillis, long memoryBytes, long memoryMaxBytes, long pids) {
    public static final Resources ZERO = new Resources(0, 0, 0, 0, 0);
    public static final Resources DEFAULT = new Resources(100, 0, 128L << 20, 0, 256);

    public Resources plus(Resources other) {
        return new Resources(
                cpuMillis + other.cpuMillis,
                cpuMaxMillis + other.cpuMaxMillis,
                memoryBytes + other.memoryBytes,
                memoryMaxBytes + other.memoryMaxBytes,
                pids + other.pids);
    }

    /** The limit the kernel enforces. */
    public long memoryLimitBytes() {
        return memoryMaxBytes == 0 ? memoryBytes : memoryMaxBytes;
    }
}
