package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.reconcile.Reconciliation.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One group of a job that is not stopped. */
final class GroupReconciler {
    private final JobView job;
    private final GroupSpec group;
    private final GroupDocument document;
    private final String hash;
    private final boolean batch;
    private final Map<String, NodeState> nodes;
    private final long nowMillis;
    private final Plan plan;
    private final Slot[] slots;

    /** Slots above the count, by index. */
    private final TreeMap<Integer, Slot> surplus = new TreeMap<>();

    /** Whether an instance that is missing is not to be placed yet: those that come together wait for it. */
    private boolean putOff;

    GroupReconciler(
            JobView job,
            GroupSpec group,
            List<Allocation> allocations,
            Map<String, NodeState> nodes,
            long nowMillis,
            Plan plan) {
        this.job = job;
        this.group = group;
        this.document = GroupDocument.of(job.spec(), group);
        this.hash = job.specHashes().get(group.name());
        this.batch = job.spec().type() == JobType.BATCH;
        this.nodes = nodes;
        this.nowMillis = nowMillis;
        this.plan = plan;
        // types that cannot run yet are refused when submitted; should one get here, nothing of it is started
        this.slots = new Slot[job.spec().type().runnable() ? group.count() : 0];
        for (int index = 0; index < slots.length; index++) {
            slots[index] = new Slot(index, hash);
        }
        for (Allocation allocation : allocations) {
            slot(allocation.index()).add(allocation, nodes.get(allocation.nodeId()) == NodeState.LOST);
        }
        for (Slot slot : slots) {
            slot.sort();
        }
    }

    private Slot slot(int index) {
        return index < slots.length ? slots[index] : surplus.computeIfAbsent(index, i -> new Slot(i, hash));
    }

    void run() {
        for (Slot slot : surplus.descendingMap().values()) {
            slot.active.forEach(allocation -> plan.stop(allocation, scaledDown()));
            slot.lost.forEach(allocation -> plan.stop(allocation, scaledDown()));
        }
        List<Place> missing = new ArrayList<>();
        boolean waits = job.pins().waiting().contains(group.name());
        for (Slot slot : slots) {
            stopDuplicates(slot);
            if (!waits) {
                fill(slot, missing);
            }
        }
        if (!(group.placement().allOrNothing() && putOff)) {
            missing.forEach(plan::place);
        }
        if (!waits) {
            update();
        }
    }

    /**
     * The newest stays. An older one that runs is left until the newest does too: were the newest to fail, there would be
     * none. Where the user said that an instance must never run twice, the older one goes at once.
     */
    private void stopDuplicates(Slot slot) {
        if (slot.active.size() < 2) {
            return;
        }
        boolean newestRuns = running(slot.active.get(0));
        boolean spare = !newestRuns && group.disconnect() == DisconnectPolicy.KEEP;
        for (Allocation older : slot.active.subList(1, slot.active.size())) {
            if (spare && running(older)) {
                spare = false;
            } else {
                plan.stop(older, "replaced by " + slot.active.get(0).id());
            }
        }
    }

    private void fill(Slot slot, List<Place> missing) {
        if (abandoning(slot) || !slot.vacant() || finished(slot)) {
            return;
        }
        List<Allocation> ended = ended(slot);
        long notBeforeMillis = Rescheduling.notBeforeMillis(ended);
        if (notBeforeMillis > nowMillis) {
            putOff = true;
            plan.lookAgainAt(notBeforeMillis);
            return;
        }
        missing.add(place(slot.index, slot.predecessor(), Rescheduling.avoid(ended), reason(slot, ended)));
    }

    /**
     * Where an instance must never run twice, the lost one is told to stop before the next is placed: its node may not have begun
     * with it, and would on its return.
     */
    private boolean abandoning(Slot slot) {
        if (group.disconnect() == DisconnectPolicy.KEEP || slot.lost.isEmpty()) {
            return false;
        }
        slot.lost.forEach(allocation -> plan.stop(allocation, lost(allocation)));
        putOff = true;
        plan.lookAgainAt(nowMillis);
        return true;
    }

    private static String lost(Allocation allocation) {
        return "node " + allocation.nodeId() + " is lost";
    }

    private Place place(int index, String replaces, List<String> avoid, String reason) {
        return new Place(
                job.key(), job.version(), job.spec().priority(), document, hash, index, replaces, avoid, reason);
    }

    private String scaledDown() {
        return "scaled down to " + slots.length;
    }

    private String updateReason(Allocation outdated) {
        return outdated.specHash().equals(hash)
                ? "node " + outdated.nodeId() + " is being drained"
                : "replaced by version " + job.version();
    }

    private static String reason(Slot slot, List<Allocation> ended) {
        String predecessor = slot.predecessor();
        if (predecessor.isEmpty()) {
            return "wanted";
        }
        for (Allocation allocation : slot.lost) {
            if (allocation.id().equals(predecessor)) {
                return lost(allocation);
            }
        }
        for (Allocation allocation : slot.abandoned) {
            if (allocation.id().equals(predecessor)) {
                return lost(allocation);
            }
        }
        if (!ended.isEmpty() && ended.get(0).id().equals(predecessor)) {
            return predecessor + " " + ended.get(0).state().text();
        }
        return "replaces " + predecessor;
    }

    /** A batch's result is final for its specification: whether complete or failed, it does not run again by itself. */
    private boolean finished(Slot slot) {
        return finished(slot, AllocationState.COMPLETE) || finished(slot, AllocationState.FAILED);
    }

    private boolean finished(Slot slot, AllocationState result) {
        return batch
                && slot.ended.stream()
                        .anyMatch(allocation -> current(slot, allocation) && allocation.state() == result);
    }

    /** Ends that say something of the present specification; those of another are no reason to wait. */
    private List<Allocation> ended(Slot slot) {
        List<Allocation> ended = new ArrayList<>();
        for (Allocation allocation : slot.ended) {
            if (current(slot, allocation)) {
                ended.add(allocation);
            }
        }
        return ended;
    }

    private boolean current(Slot slot, Allocation allocation) {
        return slot.current(allocation) && allocation.jobVersion() >= job.sinceVersion();
    }

    /**
     * Takes down the next instance that is not as it should be: of another specification, or on a node that is being drained.
     * One at a time, and only while every instance that is as it should be is healthy: so an update that fails ends with one
     * instance down. What does not run anyway goes first, then by index.
     */
    private void update() {
        Allocation next = null;
        for (Slot slot : slots) {
            if (slot.active.size() == 1
                    && outdated(slot.active.get(0))
                    && (next == null || (running(next) && !running(slot.active.get(0))))) {
                next = slot.active.get(0);
            }
        }
        if (next == null) {
            return;
        }
        boolean settled = true;
        for (Slot slot : slots) {
            settled &= settled(slot);
        }
        if (settled) {
            plan.stop(next, updateReason(next));
        }
    }

    private static boolean running(Allocation allocation) {
        return allocation.state() == AllocationState.RUNNING;
    }

    private boolean outdated(Allocation allocation) {
        return !allocation.specHash().equals(hash) || (!batch && nodes.get(allocation.nodeId()) == NodeState.DRAINING);
    }

    /** Nothing about it is under way. One that is itself to be replaced need not be healthy. */
    private boolean settled(Slot slot) {
        if (slot.vacant()) {
            return finished(slot, AllocationState.COMPLETE) && !finished(slot, AllocationState.FAILED);
        }
        if (!slot.stopping.isEmpty() || slot.active.size() != 1) {
            return false;
        }
        Allocation allocation = slot.active.get(0);
        if (outdated(allocation)) {
            return true;
        }
        if (!running(allocation)) {
            return false;
        }
        long healthyAtMillis = Health.healthyAtMillis(allocation, group.update().minHealthyMillis());
        if (healthyAtMillis > nowMillis) {
            plan.lookAgainAt(healthyAtMillis);
            return false;
        }
        return true;
    }
}
