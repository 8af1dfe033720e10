package io.holdfast.scheduler.reconcile;

import static io.holdfast.scheduler.reconcile.Given.group;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.scheduler.reconcile.SimulatedWorld.Instance;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories from seeds. {@link SimulatedWorld} holds every single pass to the invariants; here is what comes of them. */
class ReconcilerModelTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 200;
    private static final int STEPS_TO_SETTLE = 600;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEndWhereNothingIsWantedAnyMore(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        JobType type = random.nextInt(3) == 0 ? JobType.BATCH : JobType.SERVICE;
        // a policy that changes under way would change what must hold under way
        DisconnectPolicy policy = random.nextInt(3) == 0 ? DisconnectPolicy.STOP : DisconnectPolicy.KEEP;
        SimulatedWorld world = new SimulatedWorld(random, job(type, 1, 1, 1 + random.nextInt(4), 0, policy));

        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(12)) {
                case 0 -> world.moveNode();
                case 1 -> world.fail();
                case 2 -> change(world, random, type, policy);
                case 3, 4, 5, 6 -> world.evaluate();
                default -> world.work();
            }
            world.checkInvariants();
            world.nowMillis += random.nextInt(4_000);
        }
        world.heal();
        settle(world);

        assertSettled(world);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepAllButOneRunningDuringAnUpdate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 1 + random.nextInt(5);
        SimulatedWorld world = new SimulatedWorld(random, job(JobType.SERVICE, 1, 1, count, 0, DisconnectPolicy.KEEP));
        settle(world);
        assertThat(running(world)).isEqualTo(count);

        world.job = job(JobType.SERVICE, 2, 1, count, 1, DisconnectPolicy.KEEP);
        int steps = 0;
        while (!settled(world)) {
            if (random.nextBoolean()) {
                world.evaluate();
            } else {
                world.work();
            }
            assertThat(running(world)).isGreaterThanOrEqualTo(count - 1);
            world.nowMillis += random.nextInt(2_000);
            assertThat(steps++).as("steps of the update").isLessThan(STEPS_TO_SETTLE);
        }

        assertSettled(world);
    }

    private static JobView job(JobType type, int version, int since, int count, int command, DisconnectPolicy policy) {
        return Given.since(since, Given.job(type, version, group("app", count, "v" + command, policy)));
    }

    private static void change(SimulatedWorld world, SplittableRandom random, JobType type, DisconnectPolicy policy) {
        JobView job = world.job;
        if (random.nextInt(5) == 0) {
            world.job = Given.stopped(job);
            return;
        }
        int version = job.version() + 1;
        int since = job.stopped() ? version : job.sinceVersion();
        world.job = job(type, version, since, random.nextInt(5), random.nextInt(3), policy);
    }

    private static void settle(SimulatedWorld world) {
        for (int i = 0; i < STEPS_TO_SETTLE && !settled(world); i++) {
            world.evaluate();
            world.work();
            world.work();
            world.nowMillis += 2_000;
        }
    }

    /** No end of a container is left to come, and the reconciler wants nothing. */
    private static boolean settled(SimulatedWorld world) {
        Reconciliation plan = Reconciler.reconcile(world.job, world.known(), world.nodes, world.nowMillis);
        boolean moving = world.instances.values().stream().anyMatch(instance -> switch (instance.known.state()) {
            case PENDING, STARTING, STOPPING, LOST -> true;
            case RUNNING -> world.batch()
                    || !instance.active()
                    || instance.container != SimulatedWorld.Container.RUNNING;
            case COMPLETE, FAILED, STOPPED -> false;
        });
        return !moving
                && plan.equals(new Reconciliation(java.util.List.of(), java.util.List.of(), java.util.List.of(), 0));
    }

    private static void assertSettled(SimulatedWorld world) {
        assertThat(settled(world)).as("settled; %s", world.known()).isTrue();
        int count = world.job.stopped() ? 0 : world.group().count();
        for (Instance instance : world.instances.values()) {
            if (instance.active()) {
                assertThat(instance.known.index()).isLessThan(count);
                assertThat(instance.known.specHash())
                        .isEqualTo(world.job.specHashes().get("app"));
            }
        }
        if (world.batch()) {
            assertThat(running(world)).isZero();
            for (int index = 0; index < count; index++) {
                assertThat(hasResult(world, index))
                        .as("index %d has a result", index)
                        .isTrue();
            }
        } else {
            assertThat(running(world)).isEqualTo(count);
        }
    }

    private static boolean hasResult(SimulatedWorld world, int index) {
        return world.known().stream()
                .anyMatch(allocation -> allocation.index() == index
                        && allocation.specHash().equals(world.job.specHashes().get("app"))
                        && (allocation.state() == AllocationState.COMPLETE
                                || allocation.state() == AllocationState.FAILED));
    }

    /** Containers that run and are meant to. */
    private static long running(SimulatedWorld world) {
        return world.instances.values().stream()
                .filter(instance -> instance.container == SimulatedWorld.Container.RUNNING)
                .map(instance -> instance.known)
                .map(Allocation::index)
                .distinct()
                .count();
    }
}
