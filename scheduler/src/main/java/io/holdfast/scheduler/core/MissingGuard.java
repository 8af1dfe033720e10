package io.holdfast.scheduler.core;

import io.holdfast.model.state.NodeState;
import java.util.Collection;

/**
 * Whether nodes whose leases have run out are believed to be lost. When more than {@value CoreLimits#MISSING_SHARE} of at least
 * {@value CoreLimits#MISSING_MIN_NODES} nodes go missing within a minute, the fault is more likely on the way to them than in all
 * of them, and starting everything again on the rest would make it worse. Then they are not believed lost until the share falls
 * again, or {@link CoreLimits#MAX_PAUSE_MILLIS} have passed.
 */
final class MissingGuard {
    private boolean paused;
    private long pausedSinceMillis;
    private String reason = "";

    boolean paused() {
        return paused;
    }

    /** Why it paused, or went on. */
    String reason() {
        return reason;
    }

    /**
     * @param expired those whose leases have run out and that are not lost yet
     * @param nowMillis monotonic
     * @return whether the expired ones are lost
     */
    boolean believe(Collection<Node> nodes, Collection<Node> expired, long nowMillis) {
        int justLost = 0;
        int base = 0;
        for (Node node : nodes) {
            boolean recent =
                    node.state == NodeState.LOST && nowMillis - node.lostAtMillis < CoreLimits.MISSING_WINDOW_MILLIS;
            justLost += recent ? 1 : 0;
            base += node.state != NodeState.LOST || recent ? 1 : 0;
        }
        int missing = expired.size() + justLost;
        boolean many = base >= CoreLimits.MISSING_MIN_NODES && missing > base * CoreLimits.MISSING_SHARE;
        if (paused) {
            resume(many, expired, missing, base, nowMillis);
        } else if (many && !expired.isEmpty()) {
            paused = true;
            pausedSinceMillis = nowMillis;
            reason = missing + " of " + base + " nodes went missing at once";
        }
        return !paused;
    }

    private void resume(boolean many, Collection<Node> expired, int missing, int base, long nowMillis) {
        if (expired.isEmpty() || !many) {
            paused = false;
            reason = missing + " of " + base + " nodes are missing";
        } else if (nowMillis - pausedSinceMillis >= CoreLimits.MAX_PAUSE_MILLIS) {
            paused = false;
            reason = missing + " of " + base + " nodes are missing still";
        }
    }
}
