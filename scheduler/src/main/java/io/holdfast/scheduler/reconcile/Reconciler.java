package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what a job wants with its allocations. Pure and level-triggered: it looks at what is, not at what happened, so it may
 * be called at any time and any number of times, and whoever applies its answers again and again ends where it has none.
 *
 * <p>Three invariants, which a model test holds against a simulated cluster: no index gets a second instance while one may
 * run (a lost node's excepted: nobody can know); an update never takes more than one instance of a group away; of duplicates
 * the newest stays, and the last one that runs is never stopped for one that does not yet.
 */
public final class Reconciler {
    private static final Comparator<Allocation> HIGHEST_INDEX_FIRST =
            Comparator.comparingInt(Allocation::index).reversed().thenComparing(Slot.NEWEST_FIRST);

    private Reconciler() {}

    /**
     * @param allocations all of the job's that are remembered, of whatever version and state, in any order
     * @param nodes of a node that is not among them nothing is known yet, so nothing is done about its allocations
     * @param nowMillis milliseconds since the epoch
     */
    public static Reconciliation reconcile(
            JobView job, List<Allocation> allocations, Map<String, NodeState> nodes, long nowMillis) {
        Plan plan = new Plan();
        Map<String, List<Allocation>> byGroup = new HashMap<>();
        for (Allocation allocation : allocations) {
            if (lostNow(allocation, nodes)) {
                plan.losses.add(allocation);
            }
            byGroup.computeIfAbsent(allocation.group(), name -> new ArrayList<>())
                    .add(allocation);
        }
        for (GroupSpec group : job.spec().groups()) {
            List<Allocation> own = byGroup.remove(group.name());
            if (job.stopped()) {
                stopAll(own == null ? List.of() : own, "job stopped", plan);
            } else {
                new GroupReconciler(job, group, own == null ? List.of() : own, nodes, nowMillis, plan).run();
            }
        }
        // what is left belongs to groups that the specification no longer has
        byGroup.keySet().stream()
                .sorted()
                .forEach(name -> stopAll(byGroup.get(name), job.stopped() ? "job stopped" : "group removed", plan));
        return plan.reconciliation(nowMillis);
    }

    private static boolean lostNow(Allocation allocation, Map<String, NodeState> nodes) {
        return !allocation.state().terminal()
                && allocation.state() != AllocationState.LOST
                && nodes.get(allocation.nodeId()) == NodeState.LOST;
    }

    private static void stopAll(List<Allocation> allocations, String reason, Plan plan) {
        allocations.stream()
                .filter(Reconciler::toldToRun)
                .sorted(HIGHEST_INDEX_FIRST)
                .forEach(allocation -> plan.stop(allocation, reason));
    }

    /** Runs, will run, or would run again when its lost node returns. */
    static boolean toldToRun(Allocation allocation) {
        return allocation.desired() == Desired.RUN && !allocation.state().terminal();
    }
}
