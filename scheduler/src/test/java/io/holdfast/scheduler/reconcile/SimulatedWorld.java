package io.holdfast.scheduler.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.reconcile.Reconciliation.Place;
import io.holdfast.scheduler.reconcile.Reconciliation.Stop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A leader that applies the reconciler's answers, and nodes that carry them out, are cut off, and come back with what they did
 * meanwhile. What the leader knows ({@link Instance#known}) and what is ({@link Instance#container}) are kept apart.
 */
final class SimulatedWorld {
    private static final int NODES = 4;

    /** What is on the node. */
    enum Container {
        NONE,
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED,
        FAILED,
        COMPLETE
    }

    static final class Instance {
        Allocation known;
        Container container = Container.NONE;
        long startedAtMillis;
        long finishedAtMillis;
        boolean everLost;

        /** What its node was told last. */
        Desired told = Desired.RUN;

        /** Whether its node has heard of it at all. */
        boolean heard;

        boolean runs() {
            return container == Container.RUNNING || container == Container.STOPPING;
        }

        boolean active() {
            return known.desired() == Desired.RUN && !known.state().terminal() && known.state() != AllocationState.LOST;
        }
    }

    private final SplittableRandom random;
    final Map<String, NodeState> nodes = new TreeMap<>();
    final Map<String, Instance> instances = new LinkedHashMap<>();
    JobView job;
    long nowMillis = 1_000_000;
    private int ids;

    SimulatedWorld(SplittableRandom random, JobView job) {
        this.random = random;
        this.job = job;
        for (int i = 0; i < NODES; i++) {
            nodes.put("n" + i, NodeState.READY);
        }
    }

    GroupSpec group() {
        return job.spec().groups().get(0);
    }

    boolean batch() {
        return job.spec().type() == JobType.BATCH;
    }

    List<Allocation> known() {
        return instances.values().stream().map(instance -> instance.known).toList();
    }

    /** One pass of the leader; holds the answer to the invariants. */
    Reconciliation evaluate() {
        Reconciliation plan = Reconciler.reconcile(job, known(), nodes, nowMillis);
        Map<Integer, Boolean> ranBefore = indicesThatRun();
        for (Allocation loss : plan.losses()) {
            Instance instance = instances.get(loss.id());
            instance.known = with(loss, loss.desired(), AllocationState.LOST, loss.startedAtMillis(), 0);
            instance.everLost = true;
        }
        boolean duplicatesOnly = true;
        for (Stop stop : plan.stops()) {
            Instance instance = instances.get(stop.allocation().id());
            assertThat(instance.known).as("stopped and lost at once").isEqualTo(stop.allocation());
            assertThat(instance.known.desired()).isEqualTo(Desired.RUN);
            instance.known = with(
                    instance.known,
                    Desired.STOP,
                    instance.known.state(),
                    instance.known.startedAtMillis(),
                    instance.known.finishedAtMillis());
            duplicatesOnly &= stop.reason().startsWith("replaced by a");
        }
        if (duplicatesOnly && plan.losses().isEmpty() && group().disconnect() == DisconnectPolicy.KEEP) {
            assertThat(indicesThatRun())
                    .as("an index lost its last instance to a duplicate")
                    .isEqualTo(ranBefore);
        }
        List<String> ready = nodes.keySet().stream()
                .filter(node -> nodes.get(node) == NodeState.READY)
                .toList();
        for (Place place : plan.places()) {
            assertThat(place.index()).isBetween(0, group().count() - 1);
            assertThat(place.specHash()).isEqualTo(job.specHashes().get("app"));
            if (!ready.isEmpty() && random.nextInt(10) != 0) {
                place(place, ready.get(random.nextInt(ready.size())));
            }
        }
        checkInvariants();
        return plan;
    }

    private void place(Place place, String node) {
        Instance instance = new Instance();
        instance.known = new Allocation(
                "a" + ids++,
                place.job(),
                place.jobVersion(),
                "app",
                place.index(),
                node,
                place.specHash(),
                Desired.RUN,
                AllocationState.PENDING,
                "",
                nowMillis,
                0,
                0,
                List.of());
        instances.put(instance.known.id(), instance);
    }

    private Map<Integer, Boolean> indicesThatRun() {
        Map<Integer, Boolean> running = new HashMap<>();
        for (Instance instance : instances.values()) {
            if (instance.active() && instance.known.state() == AllocationState.RUNNING) {
                running.put(instance.known.index(), true);
            }
        }
        return running;
    }

    void checkInvariants() {
        Map<Integer, Integer> wanted = new HashMap<>();
        Map<Integer, Integer> running = new HashMap<>();
        Map<Integer, Integer> runningOrLost = new HashMap<>();
        for (Instance instance : instances.values()) {
            int index = instance.known.index();
            if (!instance.everLost) {
                wanted.merge(index, instance.active() ? 1 : 0, Integer::sum);
                running.merge(index, instance.runs() ? 1 : 0, Integer::sum);
            }
            runningOrLost.merge(index, instance.runs() ? 1 : 0, Integer::sum);
        }
        assertThat(wanted.values()).as("two of an index are told to run").allMatch(count -> count <= 1);
        assertThat(running.values()).as("two of an index run").allMatch(count -> count <= 1);
        if (group().disconnect() == DisconnectPolicy.STOP) {
            assertThat(runningOrLost.values())
                    .as("two of an index run that must never run twice")
                    .allMatch(count -> count <= 1);
        }
    }

    /** Every node takes one step with everything on it; reachable ones hear the leader first and report after. */
    void work() {
        for (Instance instance : new ArrayList<>(instances.values())) {
            NodeState node = nodes.get(instance.known.nodeId());
            boolean reachable = node == NodeState.READY || node == NodeState.DRAINING;
            if (reachable && !instance.known.state().terminal()) {
                instance.told = instance.known.desired();
                instance.heard = true;
            }
            if (instance.heard && random.nextInt(4) != 0) {
                step(instance);
            }
            if (reachable && instance.heard && !instance.known.state().terminal()) {
                report(instance);
            }
        }
    }

    private void step(Instance instance) {
        Container before = instance.container;
        boolean stop = instance.told == Desired.STOP;
        instance.container = switch (before) {
            case NONE -> stop ? Container.STOPPED : Container.STARTING;
            case STARTING -> stop ? Container.STOPPED : Container.RUNNING;
            case RUNNING ->
                stop
                        ? Container.STOPPING
                        : batch() && nowMillis - instance.startedAtMillis > 20_000 ? Container.COMPLETE : before;
            case STOPPING -> Container.STOPPED;
            case STOPPED, FAILED, COMPLETE -> before;
        };
        if (before != Container.RUNNING && instance.container == Container.RUNNING) {
            instance.startedAtMillis = nowMillis;
        }
        if (before != instance.container && instance.container.compareTo(Container.STOPPING) > 0) {
            instance.finishedAtMillis = nowMillis;
        }
    }

    private void report(Instance instance) {
        AllocationState state = switch (instance.container) {
            case NONE -> AllocationState.PENDING;
            case STARTING -> AllocationState.STARTING;
            case RUNNING -> AllocationState.RUNNING;
            case STOPPING -> AllocationState.STOPPING;
            case STOPPED -> AllocationState.STOPPED;
            case FAILED -> AllocationState.FAILED;
            case COMPLETE -> AllocationState.COMPLETE;
        };
        if (instance.known.state().mayBecome(state)) {
            instance.known = with(
                    instance.known,
                    instance.known.desired(),
                    state,
                    instance.startedAtMillis,
                    instance.finishedAtMillis);
        }
    }

    /** Something that runs ends by itself. */
    void fail() {
        List<Instance> running = instances.values().stream()
                .filter(instance -> instance.container == Container.RUNNING)
                .toList();
        if (!running.isEmpty()) {
            Instance instance = running.get(random.nextInt(running.size()));
            instance.container = random.nextInt(4) == 0 ? Container.COMPLETE : Container.FAILED;
            instance.finishedAtMillis = nowMillis;
        }
    }

    /** A node's connection goes, its lease runs out, or it comes back; the deadline ends before the lease does. */
    void moveNode() {
        String node = "n" + random.nextInt(NODES);
        NodeState next = switch (nodes.get(node)) {
            case READY, DRAINING, DRAINED -> random.nextInt(3) == 0 ? NodeState.DRAINING : NodeState.DISCONNECTED;
            case DISCONNECTED -> random.nextBoolean() ? NodeState.LOST : NodeState.READY;
            case LOST -> NodeState.READY;
        };
        nodes.put(node, next);
        if (next == NodeState.LOST && group().disconnect() == DisconnectPolicy.STOP) {
            for (Instance instance : instances.values()) {
                boolean begun = instance.runs() || instance.container == Container.STARTING;
                if (instance.known.nodeId().equals(node) && begun) {
                    instance.container = Container.STOPPED;
                    instance.finishedAtMillis = nowMillis;
                }
            }
        }
    }

    void heal() {
        nodes.replaceAll((node, state) -> NodeState.READY);
    }

    private static Allocation with(
            Allocation a, Desired desired, AllocationState state, long startedAtMillis, long finishedAtMillis) {
        return new Allocation(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.nodeId(),
                a.specHash(),
                desired,
                state,
                "",
                a.createdAtMillis(),
                startedAtMillis,
                finishedAtMillis,
                List.of());
    }
}
