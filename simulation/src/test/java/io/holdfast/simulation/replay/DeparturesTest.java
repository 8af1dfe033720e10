package io.holdfast.simulation.replay;

import static io.holdfast.simulation.TestPods.ask;
import static io.holdfast.simulation.TestPods.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.Placement;
import io.holdfast.placement.Trial;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.Pods;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeparturesTest {
    private static final int LAST_SECOND = 400;

    @ParameterizedTest
    @EnumSource
    void shouldCountAsByHandWhenPodsLeave(Policy policy, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("pods.csv"), """
                name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time
                last,100,50,0,,30,
                p,600,50,1,500,0,10
                q,600,50,0,,5,20
                refused,600,50,1,600,7,9
                s,800,50,1,1000,10,
                """);
        List<Node> nodes = List.of(node("a", 1000, 100, 1), node("b", 1000, 100, 0));
        List<Pod> pods = Pods.readWithTimes(file);

        Run run = new Replay(nodes, pods, () -> 0).departures(policy, pods, 1);

        assertThat(run.placed()).isEqualTo(4);
        assertThat(run.refused()).isEqualTo(1);
        // p and q
        assertThat(run.atFirstRefusal()).isEqualTo(new Ratios(0.5, 0.6, 0.5));
        // q and s: p has left in the second in which s came
        assertThat(run.atEnd()).isEqualTo(new Ratios(1, 0.7, 0.5));
        assertThat(run.nodesUsed()).isEqualTo(2);
        assertThat(run.nodesUsedPeak()).isEqualTo(2);
        assertThat(run.fills())
                .containsExactly(
                        new NodeFill("a", true, 1, new Ratios(1, 0.8, 0.5)),
                        new NodeFill("b", false, 1, new Ratios(0, 0.6, 0.5)));
        // p, q and the refused ask for most together: more than there is
        assertThat(run.lowerBoundSum()).isEqualTo(2);
    }

    @Test
    void shouldTellOfTheMomentWithMostWhenMoreNodesAreUsedAtAnother() {
        List<Node> nodes = List.of(node("a", 1000, 100, 0), node("b", 1000, 100, 0), node("c", 1000, 100, 0));
        // one after the other on one node, then three that are small but need a node each
        List<Pod> pods = List.of(
                timed("large", 1000, 10, 0, 5),
                timed("x", 1, 60, 5, 9),
                timed("y", 1, 60, 5, 9),
                timed("z", 1, 60, 5, 9));

        Run run = new Replay(nodes, pods, () -> 0).departures(Policy.HOLDFAST, pods, 1);

        assertThat(run.nodesUsed()).isEqualTo(1);
        assertThat(run.nodesUsedPeak()).isEqualTo(3);
        assertThat(run.lowerBoundSum()).isEqualTo(1);
    }

    @Test
    void shouldLeaveBeforeTheNextComesWhenAPodLivesNoTime() {
        List<Node> nodes = List.of(node("a", 1000, 100, 0));
        List<Pod> pods = List.of(timed("x", 1000, 10, 3, 3), timed("y", 1000, 10, 3, 3), timed("z", 1000, 10, 3, 4));

        Run run = new Replay(nodes, pods, () -> 0).departures(Policy.HOLDFAST, pods, 1);

        assertThat(run.refused()).isZero();
        assertThat(run.nodesUsedPeak()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCountAsWithoutTimesWhenNoneLeaves(Policy policy) {
        List<Node> nodes = nodes();
        List<Pod> pods = Arrivals.byTime(pods(new Random(3), 150).stream()
                .map(pod -> new Pod(pod.name(), pod.ask(), pod.arrivalSeconds(), Pod.STAYS))
                .toList());
        Replay replay = new Replay(nodes, pods, () -> 0);

        assertThat(replay.departures(policy, pods, 1)).isEqualTo(replay.arrivals(policy, pods, 1));
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveTheTableEmptyWhenAllHaveLeft(Policy policy) {
        for (long seed = 0; seed < 5; seed++) {
            List<Node> nodes = nodes();
            List<Pod> pods = Arrivals.byTime(pods(new Random(seed), 200));
            NodeTable table = NodeTable.of(nodes);
            Tally tally = new Tally(nodes);
            Stays stays = new Stays(table, tally);
            Trial trial =
                    policy.engine(pods.stream().map(Pod::ask).toList(), seed).open(table);
            int refused = 0;
            for (Pod pod : pods) {
                stays.endUntil(pod.arrivalSeconds());
                if (trial.place(new PlacementRequest(pod.name(), pod.ask())) instanceof Placement.Placed placed) {
                    tally.placed(pod, placed.nodeId());
                    stays.begin(pod, placed);
                } else {
                    refused++;
                }
            }
            assertThat(room(table)).isNotEqualTo(room(NodeTable.of(nodes)));
            stays.endUntil(Long.MAX_VALUE - 1);

            assertThat(room(table)).as("seed %d", seed).isEqualTo(room(NodeTable.of(nodes)));
            Run run = new Replay(nodes, pods, () -> 0).departures(policy, pods, seed);
            assertThat(run.nodesUsedPeak()).isGreaterThanOrEqualTo(run.nodesUsed());
            if (!policy.learns()) {
                assertThat(run.refused()).as("seed %d", seed).isEqualTo(refused);
            }
            if (run.refused() == 0) {
                assertThat(run.nodesUsed()).isGreaterThanOrEqualTo(run.lowerBoundLp());
            }
        }
    }

    private static List<String> room(NodeTable table) {
        List<String> room = new ArrayList<>();
        for (int row = 0; row < table.length(); row++) {
            int at = row;
            table.dimensions()
                    .forEach(dimension -> room.add(at + " " + dimension.word() + " " + table.free(dimension, at)));
            for (int group = 0; group < table.devices(row).groups().size(); group++) {
                room.add(row + " " + Arrays.toString(table.devices(row).free(group)));
            }
        }
        return room;
    }

    private static List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            nodes.add(node("n" + i, 8000, 8000, i % 3));
        }
        return nodes;
    }

    /** All leave. */
    private static List<Pod> pods(Random random, int count) {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long arrival = random.nextInt(LAST_SECOND);
            int gpus = random.nextInt(3);
            pods.add(new Pod(
                    "p" + i,
                    ask(100 + random.nextInt(3000), 100 + random.nextInt(1500), gpus, gpus == 1 ? 300 : 1000),
                    arrival,
                    arrival + random.nextInt(150)));
        }
        return pods;
    }

    private static Pod timed(String name, long cpuMillis, long memoryMib, long arrival, long departure) {
        return new Pod(name, ask(cpuMillis, memoryMib, 0, 0), arrival, departure);
    }
}
