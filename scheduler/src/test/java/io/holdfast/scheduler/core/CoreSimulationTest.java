package io.holdfast.scheduler.core;

import static io.holdfast.scheduler.sim.Jobs.batch;
import static io.holdfast.scheduler.sim.Jobs.key;
import static io.holdfast.scheduler.sim.Jobs.service;
import static io.holdfast.testkit.Outcomes.errorsOf;
import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.sim.Jobs;
import io.holdfast.scheduler.sim.SimAgent;
import io.holdfast.scheduler.sim.SimCluster;
import io.holdfast.scheduler.store.MemoryStore.Fault;
import io.holdfast.testkit.CountingIds;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cluster does, in simulated time. */
class CoreSimulationTest {
    private static final CoreSettings SETTINGS = new CoreSettings(10_000, 10_000, 10_000, 30_000);
    private static final JobKey WEB = key("web");

    private final SimCluster sim = new SimCluster(SETTINGS, new CountingIds("alloc"));

    @BeforeEach
    void start() {
        sim.startScheduler();
    }

    private void nodes(int count) {
        for (int i = 1; i <= count; i++) {
            sim.addNode("node-" + i, 2_000);
        }
        sim.runUntil(
                "all nodes ready",
                5_000,
                () -> sim.core().view().nodes().stream()
                                .filter(node -> node.state() == NodeState.READY)
                                .count()
                        == count);
    }

    private List<Allocation> live(JobKey key) {
        return sim.allocations(key).stream()
                .filter(a -> a.desired() == Desired.RUN && !a.state().terminal())
                .toList();
    }

    private long running(JobKey key) {
        return live(key).stream()
                .filter(a -> a.state() == AllocationState.RUNNING)
                .count();
    }

    private void settle(JobKey key, int count) {
        sim.runUntil(key + " runs " + count, 10_000, () -> running(key) == count);
    }

    private static Set<Integer> indexes(List<Allocation> allocations) {
        return allocations.stream().map(Allocation::index).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> events(Predicate<ClusterEvent> which) {
        return sim.events.stream().filter(which).map(ClusterEvent::type).toList();
    }

    @Test
    void shouldRunWhatWasPut() {
        nodes(2);
        JobStatus put = valueOf(sim.put(WEB, service("web", 3, "a")));
        assertThat(put.version()).isEqualTo(1);
        assertThat(put.state()).isEqualTo("pending");
        settle(WEB, 3);
        assertThat(indexes(live(WEB))).containsExactly(0, 1, 2);
        assertThat(sim.status(WEB).state()).isEqualTo("running");
        assertThat(sim.status(WEB).groups().get(0).healthy()).isZero();
        sim.run(Jobs.MIN_HEALTHY_MILLIS + 200);
        assertThat(sim.status(WEB).groups().get(0).healthy()).isEqualTo(3);
        assertThat(sim.agents.values().stream()
                        .mapToInt(a -> a.running().size())
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void shouldTellCommittedEventsOnceAndInOrder() {
        nodes(1);
        sim.put(WEB, service("web", 2, "a"));
        settle(WEB, 2);
        sim.put(key("other"), batch("other", 1, "b"));
        sim.runUntil(
                "batch complete", 10_000, () -> sim.status(key("other")).state().equals("complete"));
        List<Long> ids =
                sim.events.stream().map(ClusterEvent::id).filter(id -> id != 0).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids.get(ids.size() - 1)).isEqualTo(ids.size());
        assertThat(events(event -> event.id() != 0))
                .contains("leader-elected", "node-registered", "job-submitted", "allocation-placed");
        assertThat(sim.await(sim.core().events().after(0, 1_000)).stream()
                        .map(ClusterEvent::id)
                        .toList())
                .isEqualTo(ids);
        assertThat(sim.events.stream()
                        .filter(event -> event.id() == 0)
                        .map(event -> event.data().get("state")))
                .contains("running");
    }

    @Test
    void shouldGiveANodeNoMoreWorkWhileItSaysThatItsDiskIsLow() {
        nodes(1);
        sim.put(WEB, service("web", 1, "a"));
        settle(WEB, 1);
        SimAgent node = sim.agents.values().iterator().next();
        node.attributes.put(NodeRegistration.DISK, NodeRegistration.LOW);
        sim.runUntil(
                "it says so",
                10_000,
                () -> sim.events.stream()
                        .anyMatch(event ->
                                String.valueOf(event.data().get("reason")).contains("disk is low")));
        sim.put(WEB, service("web", 2, "a"));
        sim.run(10_000);
        assertThat(running(WEB)).isEqualTo(1);
        assertThat(sim.status(WEB).groups().get(0).pendingReason()).contains("1 node takes no new work");
        node.attributes.put(NodeRegistration.DISK, "ok");
        settle(WEB, 2);
    }

    @Test
    void shouldUpdateOneIndexAtATime() {
        nodes(2);
        sim.put(WEB, service("web", 3, "a"));
        settle(WEB, 3);
        sim.run(Jobs.MIN_HEALTHY_MILLIS + 500);
        Set<Integer> fewest = new TreeSet<>();
        sim.invariant(() -> fewest.add((int) sim.allocations(WEB).stream()
                .filter(a -> a.state() == AllocationState.RUNNING && a.desired() == Desired.RUN)
                .count()));
        assertThat(valueOf(sim.put(WEB, service("web", 3, "b"))).version()).isEqualTo(2);
        sim.runUntil(
                "all new", 20_000, () -> running(WEB) == 3 && live(WEB).stream().allMatch(a -> a.jobVersion() == 2));
        assertThat(fewest).contains(2, 3).doesNotContain(0, 1);
        sim.run(1_000);
        assertThat(sim.status(WEB).state()).isEqualTo("running");
    }

    @Test
    void shouldStopWhatIsStoppedAndRunItAgainWhenPutAgain() {
        nodes(1);
        JobKey once = key("once");
        sim.put(once, batch("once", 2, "a"));
        sim.runUntil("complete", 10_000, () -> sim.status(once).state().equals("complete"));
        sim.run(2_000);
        assertThat(sim.allocations(once)).as("a result is final").hasSize(2);
        sim.stop(once);
        sim.runUntil("stopped", 10_000, () -> sim.status(once).state().equals("stopped"));
        sim.put(once, batch("once", 2, "a"));
        sim.runUntil("complete again", 10_000, () -> sim.status(once).state().equals("complete"));
        assertThat(sim.allocations(once)).hasSize(4);

        sim.put(WEB, service("web", 2, "a"));
        settle(WEB, 2);
        assertThat(valueOf(sim.stop(WEB)).state()).isEqualTo("stopping");
        sim.runUntil("stopped", 10_000, () -> sim.status(WEB).state().equals("stopped"));
        assertThat(sim.agents.get("node-1").running()).isEmpty();
    }

    @Test
    void shouldKeepAResultInTheManifestUntilItIsCommitted() {
        nodes(1);
        JobKey once = key("once");
        sim.put(once, batch("once", 1, "a"));
        sim.runUntil("running", 10_000, () -> running(once) == 1);
        String id = live(once).get(0).id();
        sim.invariant(() -> {
            boolean wanted = sim.maps.manifest("node-1").orElseThrow().rows().stream()
                    .anyMatch(row -> row.allocationId().equals(id) && row.desired() == Desired.RUN);
            boolean committed = sim.disk.allocations().get(id).state() == AllocationState.COMPLETE;
            assertThat(wanted || committed).isTrue();
        });
        sim.runUntil(
                "told to be ended",
                10_000,
                () -> sim.maps.manifest("node-1").orElseThrow().rows().stream()
                        .allMatch(row -> row.desired() == Desired.ENDED));
        assertThat(sim.disk.allocations().get(id).tasks().get(0).exit().success())
                .isTrue();
    }

    @Test
    void shouldMoveTheWorkOfALostNodeWithinFifteenSeconds() {
        nodes(2);
        sim.put(WEB, service("web", 10, "a"));
        settle(WEB, 10);
        String victim = live(WEB).get(0).nodeId();
        sim.agents.get(victim).crash();
        long tookMillis = sim.runUntil(
                "all on the other",
                15_000,
                () -> running(WEB) == 10
                        && live(WEB).stream()
                                .filter(a -> a.state() == AllocationState.RUNNING)
                                .noneMatch(a -> a.nodeId().equals(victim)));
        assertThat(tookMillis).isGreaterThan(SETTINGS.lostAfterMillis() / 2);
        assertThat(sim.core().view().nodesByPrefix(victim).get(0).state()).isEqualTo(NodeState.LOST);
        assertThat(sim.status(WEB).state()).isEqualTo("running");
    }

    @Test
    void shouldKeepTheNewerAllocationWhenTheNodeReturns() {
        nodes(2);
        sim.put(WEB, service("web", 2, "a"));
        settle(WEB, 2);
        String victim = live(WEB).get(0).nodeId();
        Set<String> old = sim.agents.get(victim).running();
        assertThat(old).isNotEmpty();
        sim.agents.get(victim).cutOff();
        sim.runUntil(
                "replaced",
                15_000,
                () -> running(WEB) == 2
                        && live(WEB).stream()
                                .filter(a -> a.state() == AllocationState.RUNNING)
                                .noneMatch(a -> old.contains(a.id())));
        assertThat(sim.agents.get(victim).running()).as("disconnect: keep").isEqualTo(old);
        sim.agents.get(victim).reconnect();
        sim.runUntil(
                "the older stopped",
                5_000,
                () -> sim.agents.get(victim).running().isEmpty());
        sim.run(3_000);
        assertThat(running(WEB)).isEqualTo(2);
        assertThat(indexes(live(WEB))).containsExactly(0, 1);
        assertThat(live(WEB)).noneMatch(a -> old.contains(a.id()));
    }

    @Test
    void shouldHearAReturningNodeBeforeItReplacesWhatRunsThere() {
        nodes(2);
        JobSpec whole = Jobs.job("web", JobType.SERVICE, 1, "a", 1_500);
        sim.put(WEB, whole);
        settle(WEB, 1);
        Allocation held = live(WEB).get(0);
        sim.put(key("other"), Jobs.job("other", JobType.SERVICE, 1, "b", 1_500));
        settle(key("other"), 1);
        sim.agents.get(held.nodeId()).cutOff();
        sim.runUntil(
                "lost, and no room elsewhere",
                15_000,
                () -> sim.allocations(WEB).get(0).state() == AllocationState.LOST);
        // the node is back, its report cannot be read yet, and there is room elsewhere
        sim.agents.get(held.nodeId()).reconnect();
        boolean[] down = {true};
        sim.link.faults(() -> down[0], () -> false);
        sim.stop(key("other"));
        sim.run(3_000);
        assertThat(sim.allocations(WEB)).hasSize(1);
        down[0] = false;
        settle(WEB, 1);
        sim.run(5_000);
        assertThat(live(WEB).stream().map(Allocation::id)).containsExactly(held.id());
        assertThat(sim.allocations(WEB)).hasSize(1);
    }

    @Test
    void shouldAdoptWhatRunsAfterARestart() {
        nodes(2);
        sim.put(WEB, service("web", 6, "a"));
        settle(WEB, 6);
        Set<String> before = live(WEB).stream().map(Allocation::id).collect(Collectors.toSet());
        sim.killScheduler();
        sim.run(30_000);
        sim.startScheduler();
        settle(WEB, 6);
        sim.run(20_000);
        assertThat(live(WEB).stream().map(Allocation::id)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(sim.allocations(WEB)).hasSize(6);
    }

    @Test
    void shouldPlaceAtOnceAfterARestartWhatIsUntouchedByMissingNodes() {
        nodes(2);
        sim.put(WEB, service("web", 1, "a"));
        settle(WEB, 1);
        String holder = live(WEB).get(0).nodeId();
        sim.killScheduler();
        sim.agents.get(holder).crash();
        sim.startScheduler();
        sim.put(key("new"), service("new", 1, "b"));
        long newMillis = sim.runUntil("new runs", 5_000, () -> running(key("new")) == 1);
        assertThat(newMillis).isLessThan(1_000);
        assertThat(running(WEB)).isZero();
        long webMillis = sim.runUntil("web runs again", 15_000, () -> running(WEB) == 1);
        assertThat(webMillis).isGreaterThan(SETTINGS.settleMillis() / 2);
    }

    @Test
    void shouldFinishOnTheNodeWhatEndedWhileNoSchedulerWasThere() {
        nodes(1);
        JobKey once = key("once");
        sim.put(once, batch("once", 1, "a"));
        sim.runUntil("running", 10_000, () -> running(once) == 1);
        // no answer: the agent goes on by itself, its report waits
        sim.killScheduler();
        sim.startScheduler();
        sim.runUntil("complete", 10_000, () -> sim.status(once).state().equals("complete"));
        assertThat(sim.allocations(once)).hasSize(1);
    }

    @Test
    void shouldFailABatchAndPlaceAServiceElsewhereWhenANodeCannotRunThem() {
        nodes(2);
        JobKey once = key("once");
        sim.agents.values().forEach(agent -> agent.failOn("main", "oom-killed"));
        sim.put(once, batch("once", 1, "a"));
        sim.runUntil("failed", 10_000, () -> sim.status(once).state().equals("failed"));
        Allocation failed = sim.allocations(once).get(0);
        assertThat(failed.reason()).isEqualTo("oom-killed");
        assertThat(failed.state()).isEqualTo(AllocationState.FAILED);

        sim.agents.get("node-2").recover("main");
        sim.put(WEB, service("web", 1, "a"));
        sim.runUntil("runs on the good node", 30_000, () -> running(WEB) == 1);
        assertThat(live(WEB).get(0).nodeId()).isEqualTo("node-2");
    }

    @Test
    void shouldForeseeWhatPutDoes() {
        nodes(3);
        sim.put(WEB, service("web", 4, "a"));
        settle(WEB, 4);
        sim.run(Jobs.MIN_HEALTHY_MILLIS + 500);
        JobSpec next = service("web", 6, "b");
        PlanPreview plan = valueOf(sim.plan(WEB, next));
        assertThat(plan.version()).isEqualTo(2);
        assertThat(plan.unplaced()).isEmpty();
        assertThat(sim.status(WEB).version()).as("a preview stores nothing").isEqualTo(1);
        assertThat(sim.allocations(WEB)).hasSize(4);
        Set<String> foreseen = plan.changes().stream()
                .filter(change -> !change.action().equals("stop"))
                .map(change -> change.name() + " on " + change.node())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(plan.changes().stream()
                        .filter(c -> c.action().equals("replace"))
                        .count())
                .isEqualTo(4);
        assertThat(plan.changes().stream()
                        .filter(c -> c.action().equals("place"))
                        .count())
                .isEqualTo(2);

        sim.put(WEB, next);
        sim.runUntil(
                "updated", 60_000, () -> running(WEB) == 6 && live(WEB).stream().allMatch(a -> a.jobVersion() == 2));
        assertThat(live(WEB).stream().map(a -> a.name() + " on " + a.nodeId()))
                .containsExactlyInAnyOrderElementsOf(foreseen);

        PlanPreview nothing = valueOf(sim.plan(WEB, next));
        assertThat(nothing.version()).isEqualTo(2);
        assertThat(nothing.changes())
                .hasSize(6)
                .allMatch(change -> change.action().equals("keep"));
    }

    @Test
    void shouldSayWhyAnInstanceIsNotPlacedAndPlaceItWhenThereIsRoom() {
        nodes(1);
        JobSpec large = Jobs.job("web", JobType.SERVICE, 3, "a", 900);
        PlanPreview plan = valueOf(sim.plan(WEB, large));
        assertThat(plan.unplaced()).hasSize(1);
        assertThat(plan.unplaced().get(0).count()).isEqualTo(1);
        sim.put(WEB, large);
        settle(WEB, 2);
        sim.run(500);
        assertThat(sim.status(WEB).state()).isEqualTo("pending");
        assertThat(sim.status(WEB).groups().get(0).pendingReason()).contains("cpu");
        sim.addNode("node-2", 2_000);
        settle(WEB, 3);
        assertThat(sim.status(WEB).groups().get(0).pendingReason()).isEmpty();
    }

    @Test
    void shouldRefuseTypesThatCannotRunYet() {
        assertThat(errorsOf(sim.put(WEB, Jobs.job("web", JobType.SYSTEM, 1, "a", 100)))
                        .get(0)
                        .path())
                .isEqualTo("type");
        assertThat(textsOf(sim.plan(WEB, Jobs.job("web", JobType.PERIODIC, 1, "a", 100)))
                        .get(0))
                .contains("periodic jobs cannot run in this version: service and batch jobs can");
    }

    @Test
    void shouldPauseReplacementWhenManyNodesGoMissingAtOnce() {
        nodes(6);
        sim.put(WEB, service("web", 12, "a"));
        settle(WEB, 12);
        sim.agents.get("node-1").cutOff();
        sim.agents.get("node-2").cutOff();
        sim.agents.get("node-3").cutOff();
        sim.run(20_000);
        assertThat(events(event -> event.id() != 0)).contains("replacement-paused");
        assertThat(sim.allocations(WEB)).as("nothing is replaced").hasSize(12);
        sim.agents.get("node-2").reconnect();
        sim.agents.get("node-3").reconnect();
        sim.runUntil("goes on", 10_000, () -> events(event -> true).contains("replacement-resumed"));
        sim.run(2_000);
        assertThat(sim.core().view().nodesByPrefix("node-1").get(0).state()).isEqualTo(NodeState.LOST);
        assertThat(sim.core().view().nodesByPrefix("node-2").get(0).state()).isEqualTo(NodeState.READY);
    }

    @Test
    void shouldNotLoseNodesWhenTheSchedulerItselfStoodStill() {
        nodes(2);
        sim.put(WEB, service("web", 2, "a"));
        settle(WEB, 2);
        sim.clock.advanceMillis(60_000);
        sim.run(2_000);
        assertThat(sim.core().view().nodes()).allMatch(node -> node.state() == NodeState.READY);
        assertThat(sim.allocations(WEB)).hasSize(2);
    }

    @Test
    void shouldRebuildEverythingThatHazelcastLost() {
        nodes(2);
        sim.put(WEB, service("web", 4, "a"));
        settle(WEB, 4);
        sim.maps.lose();
        sim.put(WEB, service("web", 5, "a"));
        sim.run(SETTINGS.fullPassMillis() + 5_000);
        assertThat(running(WEB)).isEqualTo(5);
        assertThat(sim.allocations(WEB)).hasSize(5);
        assertThat(sim.agents.keySet()).allMatch(id -> sim.maps.manifest(id).isPresent());
    }

    @Test
    void shouldBeginAgainWithWhatIsStoredWhenACommitFails() {
        nodes(2);
        boolean[] fail = {true};
        sim.store.commitFaults(() -> fail[0] ? Fault.AFTER : Fault.NONE);
        sim.put(WEB, service("web", 3, "a"));
        sim.run(500);
        fail[0] = false;
        settle(WEB, 3);
        assertThat(indexes(live(WEB))).containsExactly(0, 1, 2);
        assertThat(sim.allocations(WEB))
                .as("what was committed unheard is adopted")
                .hasSize(3);
        assertThat(sim.core().view().leader().epoch()).isGreaterThan(1);
    }

    @Test
    void shouldLeadAboveAnyEpochThatAgentsHaveSeen() {
        nodes(1);
        sim.put(WEB, service("web", 1, "a"));
        settle(WEB, 1);
        for (int i = 0; i < 5; i++) {
            sim.killScheduler();
            sim.startScheduler();
            sim.run(1_000);
        }
        long seen = sim.disk.epoch();
        // the store is restored from a copy that knows neither the epochs nor the job
        SimCluster restored = new SimCluster(SETTINGS, new CountingIds("restored"));
        restored.agents.putAll(sim.agents);
        sim.killScheduler();
        restored.clock.advanceMillis(sim.clock.monotonicMillis());
        restored.startScheduler();
        restored.runUntil("above", 10_000, () -> restored.core().view().leader().epoch() > seen);
        assertThat(seen).isGreaterThan(5);
    }
}
