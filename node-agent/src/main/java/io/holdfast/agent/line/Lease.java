package io.holdfast.agent.line;

/**
 * Until when the cluster has promised not to give this node's work to another. Counted from when the renewal was sent, on the
 * boot clock, less a margin. Not thread-safe.
 */
public final class Lease {

    /**
     * What the node ends earlier than the cluster may replace: two clocks' readings, the keeper's scheduling, and the time
     * that killing takes.
     */
    public static final long MARGIN_MILLIS = 1_000;

    private long untilMillis;

    /** @return what remains from now on, 0 when nothing does */
    public long renewed(long sentAtMillis, long leaseMillis, long nowMillis) {
        long margin = Math.min(MARGIN_MILLIS, leaseMillis / 4) + BootClock.RESOLUTION_MILLIS;
        long until = sentAtMillis + leaseMillis - margin;
        if (until <= nowMillis) {
            return 0;
        }
        untilMillis = Math.max(untilMillis, until);
        return until - nowMillis;
    }

    public boolean held(long nowMillis) {
        return nowMillis < untilMillis;
    }

    /** What remains. */
    public long leftMillis(long nowMillis) {
        return Math.max(0, untilMillis - nowMillis);
    }
}
