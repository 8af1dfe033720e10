package io.holdfast.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.Placement.Placed;
import io.holdfast.placement.Placement.Unplaced;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random clusters and batches from seeds, against the plainest second opinion. */
class BestFitEnginePropertyTest {
    private static final int SEEDS = 120;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldChooseAsAFullScanDoes(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        // above a few hundred nodes, rows are searched in their order and not one by one
        NodeTable table = cluster.table(seed % 4 == 0 ? 400 : cluster.random().nextInt(14));
        List<PlacementRequest> requests = cluster.requests(150);

        try (Trial trial = new BestFitEngine().open(table)) {
            for (int i = 0; i < requests.size(); i++) {
                List<Scan.Scored> scan = Scan.of(table, requests.get(i));
                Placement answer = trial.place(requests.get(i));
                if (answer instanceof Placed placed) {
                    assertThat(placed.nodeId())
                            .as("request %d of seed %d", i, seed)
                            .isEqualTo(scan.get(0).nodeId());
                    assertThat(placed.score()).isBetween(0.0, 1.0 + 1e-9);
                    assertThat(placed.best().stream().map(Placement.Candidate::nodeId))
                            .as("candidates of request %d of seed %d", i, seed)
                            .isEqualTo(scan.stream()
                                    .limit(BestFitEngine.CANDIDATES)
                                    .map(Scan.Scored::nodeId)
                                    .toList());
                } else {
                    assertThat(scan).as("request %d of seed %d", i, seed).isEmpty();
                    assertThat(((Unplaced) answer)
                                    .nodesByReason().values().stream()
                                            .mapToInt(Integer::intValue)
                                            .sum())
                            .as("reasons of request %d of seed %d", i, seed)
                            .isEqualTo(table.count());
                }
                assertNothingIsGivenTwice(table);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAnswerTheSameAgainAndLeaveTheTableAsItWas(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        NodeTable table = cluster.table(cluster.random().nextInt(30));
        List<PlacementRequest> requests = cluster.requests(60);
        List<Long> before = room(table);

        List<Placement> first = new BestFitEngine().place(table, requests);

        assertThat(room(table)).isEqualTo(before);
        assertThat(new BestFitEngine().place(table, requests)).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAnswerReplicasAsOneThatHasSeenNoneBefore(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        NodeTable table = cluster.table(seed % 4 == 0 ? 400 : 12);
        NodeTable other = new NodeTable(RandomCluster::fit);
        table.nodes().forEach(other::put);

        try (Trial trial = new BestFitEngine().open(table)) {
            for (PlacementRequest request : cluster.requests(20)) {
                for (int i = 0; i < 6; i++) {
                    Placement answer = trial.place(request);
                    try (Trial fresh = new BestFitEngine().open(other)) {
                        assertThat(answer).as("replica %d of seed %d", i, seed).isEqualTo(fresh.place(request));
                        fresh.keep();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAnswerAsATableBuiltAnewAfterAnyChanges(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        Random random = cluster.random();
        NodeTable table = cluster.table(seed % 5 == 0 ? 400 : 12);
        int allocations = 0;
        for (int round = 0; round < 12; round++) {
            for (int change = 0; change < 10; change++) {
                switch (random.nextInt(6)) {
                    case 0 -> table.put(cluster.node("n" + random.nextInt(20)));
                    case 1 -> table.remove("n" + random.nextInt(20));
                    case 2 -> table.release("a" + random.nextInt(allocations + 1));
                    default -> {
                        String id = "a" + allocations++;
                        PlacementRequest request = cluster.requests(1).get(0);
                        if (new BestFitEngine().place(table, List.of(request)).get(0) instanceof Placed placed) {
                            table.hold(new Holding(id, placed.nodeId(), request.ask(), placed.grant()));
                        } else if (!table.nodes().isEmpty()) {
                            // as one that was there before the scheduler: it holds what it has, whether there is room
                            // or not
                            Node node = table.nodes().get(random.nextInt(table.count()));
                            table.hold(new Holding(id, node.id(), request.ask(), Grant.NONE));
                        }
                    }
                }
            }
            List<PlacementRequest> requests = cluster.requests(20);
            NodeTable anew = new NodeTable(RandomCluster::fit);
            table.nodes().forEach(anew::put);
            table.holdings().forEach(anew::hold);
            assertThat(room(table)).as("seed %d round %d", seed, round).isEqualTo(room(anew));
            assertThat(new BestFitEngine().place(table, requests))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(new BestFitEngine().place(anew, requests));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepGangsWholeAndPrioritiesInOrder(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        NodeTable table = cluster.table(4);
        List<PlacementRequest> requests = cluster.requests(80);

        List<Placement> answers = new BestFitEngine().place(table, requests);

        requests.stream()
                .map(PlacementRequest::gang)
                .filter(gang -> !gang.isEmpty())
                .distinct()
                .forEach(gang -> assertThat(IntStream.range(0, answers.size())
                                .filter(i -> requests.get(i).gang().equals(gang))
                                .mapToObj(i -> answers.get(i) instanceof Placed)
                                .distinct())
                        .as("gang %s of seed %d", gang, seed)
                        .hasSize(1));
        for (int i = 0; i < answers.size(); i++) {
            PlacementRequest waiting = requests.get(i);
            if (answers.get(i) instanceof Unplaced && waiting.gang().isEmpty()) {
                assertThat(wouldFitBesideThoseAsImportant(table, requests, answers, waiting))
                        .as("request %d of seed %d waits while something less important runs in its place", i, seed)
                        .isFalse();
            }
        }
    }

    /** Whether it finds a node when only what has its priority or a higher one is placed, where that was placed. */
    private static boolean wouldFitBesideThoseAsImportant(
            NodeTable table, List<PlacementRequest> requests, List<Placement> answers, PlacementRequest waiting) {
        List<String> held = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            PlacementRequest other = requests.get(i);
            if (other.ask().priority() >= waiting.ask().priority() && answers.get(i) instanceof Placed placed) {
                table.hold(new Holding(other.key(), placed.nodeId(), other.ask(), placed.grant()));
                held.add(other.key());
            }
        }
        boolean fits = !Scan.of(table, waiting).isEmpty();
        held.forEach(table::release);
        return fits;
    }

    private static void assertNothingIsGivenTwice(NodeTable table) {
        for (int row = 0; row < table.length(); row++) {
            for (Dimension dimension : table.dimensions()) {
                assertThat(table.free(dimension, row)).isNotNegative();
            }
            for (int group = 0; group < table.devices(row).groups().size(); group++) {
                for (int left : table.devices(row).free(group)) {
                    assertThat(left).isBetween(0, 1000);
                }
            }
        }
    }

    private static List<Long> room(NodeTable table) {
        List<Long> room = new ArrayList<>();
        for (Node node : table.nodes()) {
            int row = table.rowOf(node.id());
            table.dimensions().stream()
                    .filter(dimension -> dimension.capacity().applyAsLong(node) > 0)
                    .sorted(Comparator.comparing(Dimension::word))
                    .forEach(dimension -> room.add(table.free(dimension, row)));
            for (int group = 0; group < table.devices(row).groups().size(); group++) {
                for (int left : table.devices(row).free(group)) {
                    room.add((long) left);
                }
            }
        }
        return room;
    }
}
