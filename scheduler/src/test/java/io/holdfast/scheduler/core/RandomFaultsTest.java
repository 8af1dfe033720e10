package io.holdfast.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.sim.Jobs;
import io.holdfast.scheduler.sim.SimAgent;
import io.holdfast.scheduler.sim.SimCluster;
import io.holdfast.scheduler.store.MemoryStore.Fault;
import io.holdfast.testkit.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cluster under random faults: nodes crash and are cut off, the scheduler is killed, commits fail or succeed unheard, the link
 * fails, notices get lost, all of Hazelcast is lost, time jumps. Held all along: no index is placed while an instance of it may
 * run on a node that is not lost, and an epoch never goes back. Held in the end, when everything works again: every acknowledged
 * job is there and satisfied, all its instances run the same bytes, and nothing else runs anywhere.
 */
class RandomFaultsTest {
    private static final int SEEDS = 200;
    private static final int ROUNDS = 40;
    private static final int NODES = 5;
    private static final int JOBS = 6;
    private static final long HEAL_MILLIS = 400_000;

    static LongStream seeds() {
        return Long.getLong("holdfast.seed") == null ? LongStream.range(0, SEEDS) : LongStream.of(0);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSatisfyEveryAcknowledgedJobWhateverGoesWrong(long usual) {
        new Run(Seed.of(usual)).play();
    }

    private static final class Run {
        private final Seed seed;
        private final SplittableRandom random;
        private final SimCluster sim;
        private final Map<JobKey, JobSpec> acknowledged = new TreeMap<>();
        private final Set<JobKey> stopped = new HashSet<>();
        private double faults = 0.05;
        private long highestEpoch;

        Run(Seed seed) {
            this.seed = seed;
            this.random = seed.random();
            this.sim = new SimCluster(new CoreSettings(10_000, 10_000, 10_000, 20_000), seed.ids());
        }

        void play() {
            sim.wiring(this::makeFaulty);
            for (int i = 0; i < NODES; i++) {
                sim.addNode("node-" + i, 2_000);
            }
            moveTag();
            start();
            for (int round = 0; round < ROUNDS; round++) {
                act();
                sim.run(random.nextInt(4_000));
                watchEpoch();
            }
            heal();
            sim.runUntil(seed + ": every job satisfied", HEAL_MILLIS, () -> {
                restartIfDead();
                return satisfied();
            });
            sim.run(5_000);
            assertThat(satisfied()).as("it stays so; %s", seed).isTrue();
        }

        private void makeFaulty(SimCluster cluster) {
            cluster.store.commitFaults(() -> {
                if (random.nextDouble() >= faults) {
                    return Fault.NONE;
                }
                return random.nextBoolean() ? Fault.BEFORE : Fault.AFTER;
            });
            cluster.link.faults(() -> random.nextDouble() < faults, () -> random.nextDouble() < faults * 4);
        }

        private void start() {
            sim.startScheduler();
            sim.core().events().subscribe(this::watchPlacement);
        }

        /** At the very moment of a placement. */
        private void watchPlacement(ClusterEvent event) {
            if (!event.type().equals("allocation-placed")) {
                return;
            }
            List<Allocation> found = sim.core().view().allocationsByPrefix(JobKey.DEFAULT_PROJECT, event.subject());
            if (found.isEmpty()) {
                return;
            }
            Allocation placed = found.get(0);
            Set<String> lost = sim.core().view().nodes().stream()
                    .filter(node -> node.state() == NodeState.LOST)
                    .map(node -> node.registration().nodeId())
                    .collect(Collectors.toSet());
            List<Allocation> rivals = sim.allocations(placed.job()).stream()
                    .filter(a -> !a.id().equals(placed.id()))
                    .filter(a -> a.group().equals(placed.group()) && a.index() == placed.index())
                    .filter(a -> !a.state().terminal() && a.state() != AllocationState.LOST)
                    .filter(a -> !lost.contains(a.nodeId()))
                    .filter(a -> a.createdAtMillis() < placed.createdAtMillis())
                    .toList();
            // an event may be told late, after the store was read again: then others have come since
            if (placed.state() == AllocationState.PENDING && event.atMillis() == sim.clock.nowMillis()) {
                assertThat(rivals).as("rivals of %s; %s", placed, seed).isEmpty();
            }
        }

        private void watchEpoch() {
            assertThat(sim.disk.epoch()).as(seed.toString()).isGreaterThanOrEqualTo(highestEpoch);
            highestEpoch = sim.disk.epoch();
        }

        private void act() {
            SimAgent agent = List.copyOf(sim.agents.values()).get(random.nextInt(NODES));
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> put();
                case 4 -> stop();
                case 5 -> agent.crash();
                case 6, 7 -> bootAll();
                case 8 -> agent.cutOff();
                case 9 -> sim.agents.values().forEach(SimAgent::reconnect);
                case 10 -> kill();
                case 11 -> agent.failOn("main", "oom-killed");
                case 12 -> sim.agents.values().forEach(a -> a.recover("main"));
                case 13 -> sim.registry.down(random.nextBoolean() ? "away" : "");
                case 14 -> moveTag();
                default -> {
                    if (random.nextBoolean()) {
                        sim.maps.lose();
                    } else {
                        sim.clock.advanceMillis(random.nextInt(20_000));
                    }
                }
            }
            restartIfDead();
        }

        private void moveTag() {
            sim.registry.tag("registry.test/app:1", "sha256:" + "%064x".formatted(random.nextInt(3)));
        }

        private void bootAll() {
            sim.agents.values().stream().filter(a -> !a.up()).forEach(SimAgent::boot);
        }

        private void kill() {
            sim.killScheduler();
            sim.run(random.nextInt(15_000));
        }

        private void restartIfDead() {
            if (!sim.schedulerUp()) {
                start();
            }
        }

        private void put() {
            int number = random.nextInt(JOBS);
            JobKey key = Jobs.key("job-" + number);
            JobType type = number < JOBS / 2 ? JobType.SERVICE : JobType.BATCH;
            JobSpec spec = Jobs.job(
                    key.job(),
                    type,
                    random.nextInt(6),
                    "version-" + random.nextInt(3),
                    100,
                    number % 2 == 0 ? Image.HOST : new Image.Registry("registry.test", "app", "1", ""));
            if (sim.put(key, spec) instanceof Outcome.Ok<?>) {
                acknowledged.put(key, spec);
                stopped.remove(key);
            }
        }

        private void stop() {
            if (acknowledged.isEmpty()) {
                return;
            }
            JobKey key = List.copyOf(acknowledged.keySet()).get(random.nextInt(acknowledged.size()));
            if (sim.stop(key) instanceof Outcome.Ok<?>) {
                stopped.add(key);
            }
        }

        private void heal() {
            faults = 0;
            sim.registry.down("");
            sim.agents.values().forEach(agent -> {
                agent.recover("main");
                agent.reconnect();
            });
            bootAll();
        }

        private boolean satisfied() {
            if (!sim.core().view().leader().leading() || !sim.core().idle()) {
                return false;
            }
            Set<String> wanted = new HashSet<>();
            for (Map.Entry<JobKey, JobSpec> job : acknowledged.entrySet()) {
                JobStatus status = sim.core().view().job(job.getKey()).orElse(null);
                if (status == null) {
                    throw new AssertionError(job.getKey() + " is gone; " + seed);
                }
                assertThat(status.spec()).as(seed.toString()).isEqualTo(job.getValue());
                if (stopped.contains(job.getKey())) {
                    if (!status.state().equals("stopped")) {
                        return false;
                    }
                } else if (!satisfied(status, wanted)) {
                    return false;
                }
            }
            Set<String> running = new HashSet<>();
            sim.agents.values().forEach(agent -> running.addAll(agent.running()));
            return running.equals(wanted);
        }

        /** Adds what is to run of it. A batch whose task failed has failed, which is a result. */
        private boolean satisfied(JobStatus status, Set<String> wanted) {
            int count = status.spec().groups().get(0).count();
            if (status.spec().type() == JobType.BATCH) {
                return Set.of("complete", "failed").contains(status.state());
            }
            List<Allocation> run = new ArrayList<>();
            for (Allocation a : sim.allocations(status.key())) {
                if (a.desired() == Desired.RUN && !a.state().terminal()) {
                    run.add(a);
                }
            }
            Set<Integer> indexes = run.stream().map(Allocation::index).collect(Collectors.toSet());
            run.forEach(a -> wanted.add(a.id()));
            return status.state().equals("running")
                    && run.size() == count
                    && indexes.size() == count
                    && run.stream().map(Allocation::specHash).distinct().count() <= 1
                    && run.stream().allMatch(a -> a.state() == AllocationState.RUNNING);
        }
    }
}
