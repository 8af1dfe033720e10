package io.holdfast.scheduler.reconcile;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.TaskReport;

/** Healthy means: running without a restart for {@code minHealthy}. Pure. */
public final class Health {
    private Health() {}

    public static boolean healthy(Allocation allocation, long minHealthyMillis, long nowMillis) {
        return allocation.state() == AllocationState.RUNNING
                && nowMillis >= healthyAtMillis(allocation, minHealthyMillis);
    }

    /**
     * When one that runs will be healthy, if it runs on. The youngest task's start counts: a task that is started again and
     * again is running at almost any time.
     */
    static long healthyAtMillis(Allocation allocation, long minHealthyMillis) {
        long sinceMillis = allocation.startedAtMillis();
        for (TaskReport task : allocation.tasks()) {
            sinceMillis = Math.max(sinceMillis, task.startedAtMillis());
        }
        return sinceMillis + minHealthyMillis;
    }
}
