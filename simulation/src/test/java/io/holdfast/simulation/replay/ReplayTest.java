package io.holdfast.simulation.replay;

import static io.holdfast.simulation.TestPods.ask;
import static io.holdfast.simulation.TestPods.node;
import static io.holdfast.simulation.TestPods.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.TraceInvalid;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplayTest {
    private static final LongSupplier STILL = () -> 0;

    @ParameterizedTest
    @EnumSource
    void shouldCountWhatIsPlacedAndRefused(Policy policy) {
        List<Node> nodes = List.of(node("a", 1000, 100, 1));
        List<Pod> pods = List.of(
                pod("half", ask(400, 50, 1, 500)), pod("large", ask(700, 10, 0, 0)), pod("rest", ask(600, 50, 1, 250)));

        Run run = new Replay(nodes, pods, STILL).arrivals(policy, pods, 1);

        assertThat(run.pods()).isEqualTo(3);
        assertThat(run.placed()).isEqualTo(2);
        assertThat(run.refused()).isEqualTo(1);
        assertThat(run.nodesUsed()).isEqualTo(1);
        assertThat(run.atFirstRefusal()).isEqualTo(new Ratios(0.5, 0.4, 0.5));
        assertThat(run.atEnd()).isEqualTo(new Ratios(0.75, 1, 1));
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameWhenTheSeedIsTheSame(Policy policy) throws TraceInvalid {
        List<Node> nodes = new ArrayList<>();
        List<Pod> pods = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 12; i++) {
            nodes.add(node("n" + i, 8000, 8000, i % 3));
        }
        for (int i = 0; i < 150; i++) {
            int gpus = random.nextInt(4) == 0 ? 1 : 0;
            pods.add(pod("p" + i, ask(100 + random.nextInt(1500), 100 + random.nextInt(1500), gpus, 300)));
        }
        Experiment experiment =
                new Experiment(Fleet.fixed(nodes), pods, List.of(policy), 3, 3, 1, Mode.ARRIVALS, STILL);

        List<Run> first = experiment.run();

        assertThat(first).hasSize(3).isEqualTo(experiment.run());
        assertThat(first).extracting(Run::seed).containsExactly(3L, 4L, 5L);
    }

    @Test
    void shouldStopBeforeTheDemandIsExceededWhenPodsAreDrawn() throws TraceInvalid {
        List<Pod> trace = List.of(pod("a", ask(1, 1, 1, 400)), pod("b", ask(1, 1, 0, 0)), pod("c", ask(1, 1, 1, 400)));

        List<Pod> pods = Arrivals.drawn(trace, 1, 2000);

        assertThat(pods.subList(0, 3)).containsExactlyInAnyOrderElementsOf(trace);
        assertThat(pods.stream().mapToLong(Pod::gpuThousandths).sum()).isEqualTo(2000);
    }

    @Test
    void shouldRefuseToDrawWhenNothingMakesADemandForGpus() {
        Experiment without = new Experiment(
                Fleet.fixed(List.of(node("a", 1, 1, 1))),
                List.of(pod("a", ask(1, 1, 0, 0))),
                List.of(Policy.HOLDFAST),
                1,
                1,
                1,
                Mode.ARRIVALS,
                STILL);
        Experiment nowhere = new Experiment(
                Fleet.fixed(List.of(node("a", 1, 1, 0))),
                List.of(pod("a", ask(1, 1, 1, 400))),
                List.of(Policy.HOLDFAST),
                1,
                1,
                1,
                Mode.ARRIVALS,
                STILL);

        assertThatExceptionOfType(TraceInvalid.class).isThrownBy(without::run).withMessageContaining("no pod");
        assertThatExceptionOfType(TraceInvalid.class).isThrownBy(nowhere::run).withMessageContaining("no node");
    }

    @Test
    void shouldMakeTheFleetLargerWhenPodsFindNoNode() throws TraceInvalid {
        // the bound is 2 nodes and the first fleet 3: pods of two thirds of a node need one each
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pods.add(pod("p" + i, ask(667, 1, 0, 0)));
        }
        pods.add(pod("small", ask(667, 1, 0, 0)));
        Experiment experiment = new Experiment(
                Fleet.asNeeded(1000, 100L << 20), pods, List.of(Policy.HOLDFAST), 1, 0, 0, Mode.ARRIVALS, STILL);

        assertThat(experiment.run()).singleElement().satisfies(run -> {
            assertThat(run.lowerBoundSum()).isEqualTo(3);
            assertThat(run.nodesUsed()).isEqualTo(4);
            assertThat(run.refused()).isZero();
        });
    }

    @Test
    void shouldEndWhenAPodIsLargerThanAnyNode() throws TraceInvalid {
        Experiment experiment = new Experiment(
                Fleet.asNeeded(1000, 100L << 20),
                List.of(pod("large", ask(1001, 1, 0, 0)), pod("small", ask(1, 1, 0, 0))),
                List.of(Policy.HOLDFAST),
                1,
                0,
                0,
                Mode.BATCH,
                STILL);

        assertThat(experiment.run()).singleElement().satisfies(run -> {
            assertThat(run.refused()).isEqualTo(1);
            assertThat(run.placed()).isEqualTo(1);
        });
    }

    @Test
    void shouldCountPlacementsByTheClockThatIsHandedIn() {
        long[] now = {0};
        List<Pod> pods = List.of(pod("a", ask(1, 1, 0, 0)), pod("b", ask(1, 1, 0, 0)));

        Run run = new Replay(List.of(node("a", 10, 10, 0)), pods, () -> now[0] += 1_000_000)
                .arrivals(Policy.HOLDFAST, pods, 1);

        assertThat(run.placementsPerSecond()).isEqualTo(2000);
    }
}
