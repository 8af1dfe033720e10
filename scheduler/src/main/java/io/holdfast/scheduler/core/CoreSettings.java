package io.holdfast.scheduler.core;

/**
 * What an operator may set.
 *
 * @param lostAfterMillis a node whose lease has not been renewed for so long is lost
 * @param leadLeaseMillis how long a leader leads without renewing
 * @param settleMillis how long a new leader waits for the nodes that hold allocations before it counts them as missing
 * @param fullPassMillis everything is compared with everything this often, whatever events were missed
 */
public record CoreSettings(long lostAfterMillis, long leadLeaseMillis, long settleMillis, long fullPassMillis) {
    public static final CoreSettings DEFAULT = new CoreSettings(10_000, 10_000, 10_000, 30_000);

    public CoreSettings {
        if (lostAfterMillis <= 0 || leadLeaseMillis <= 0 || settleMillis <= 0 || fullPassMillis <= 0) {
            throw new IllegalArgumentException("times of the core must be above 0");
        }
    }
}
