package io.holdfast.agent.reconcile;

import io.holdfast.model.job.JobType;
import io.holdfast.model.job.RestartPolicy;

/** The restart policy of a node: whether a task that ended is begun again, and when. */
final class Restarts {
    /** A run that lasted so long was no failed start: the back-off begins anew after it. */
    static final long STABLE_MILLIS = RestartPolicy.MAX_DELAY_MILLIS;

    /** The shortest back-off, whatever a job asks: a program that ends at once must not keep a core busy. */
    static final long MIN_DELAY_MILLIS = 100;

    private Restarts() {}

    /**
     * Whether this end is the last. A batch has its attempts; a service is begun again without end, except where the node
     * cannot so much as execute it, which another node might.
     */
    static boolean finalEnd(JobType type, RestartPolicy policy, TaskView.Ended end) {
        if (end.attempt().forGood()) {
            return true;
        }
        if (type == JobType.SERVICE) {
            return end.attempt().startFailures() > policy.attempts();
        }
        return end.success() || end.attempt().number() >= policy.attempts();
    }

    /** When the next run is due. An end that lies in the future says that the clock was set back: due now. */
    static long dueMillis(RestartPolicy policy, TaskView.Ended end, long nowMillis) {
        return end.atMillis() > nowMillis
                ? nowMillis
                : end.atMillis() + delayMillis(policy, end.attempt().streak());
    }

    static long delayMillis(RestartPolicy policy, int streak) {
        long delay = Math.max(MIN_DELAY_MILLIS, policy.delayMillis());
        for (int i = 0; i < streak && delay < RestartPolicy.MAX_DELAY_MILLIS; i++) {
            delay *= 2;
        }
        return Math.min(delay, RestartPolicy.MAX_DELAY_MILLIS);
    }

    static Attempt next(TaskView.Ended end, long nowMillis) {
        Attempt last = end.attempt();
        return Attempt.begun(last.number() + 1, last.streak() + 1, last.startFailures(), nowMillis);
    }
}
