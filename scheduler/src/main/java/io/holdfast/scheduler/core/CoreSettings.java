package io.holdfast.scheduler.core;

import java.util.Objects;

/**
 * What an operator may set.
 *
 * @param lostAfterMillis a node whose lease has not been renewed for so long is lost
 * @param leadLeaseMillis how long a leader leads without renewing
 * @param settleMillis how long a new leader waits for the nodes that hold allocations before it counts them as missing
 * @param fullPassMillis everything is compared with everything this often, whatever events were missed
 * @param fill whether nodes are packed or balanced
 */
public record CoreSettings(
        long lostAfterMillis, long leadLeaseMillis, long settleMillis, long fullPassMillis, FillPolicy fill) {
    public static final CoreSettings DEFAULT = new CoreSettings(10_000, 10_000, 10_000, 30_000);

    /** One that packs. */
    public CoreSettings(long lostAfterMillis, long leadLeaseMillis, long settleMillis, long fullPassMillis) {
        this(lostAfterMillis, leadLeaseMillis, settleMillis, fullPassMillis, FillPolicy.PACK);
    }

    public CoreSettings {
        if (lostAfterMillis <= 0 || leadLeaseMillis <= 0 || settleMillis <= 0 || fullPassMillis <= 0) {
            throw new IllegalArgumentException("times of the core must be above 0");
        }
        Objects.requireNonNull(fill, "fill");
    }
}
