package io.holdfast.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.repack.Budget;
import io.holdfast.placement.repack.Goal;
import io.holdfast.placement.repack.Move;
import io.holdfast.placement.repack.Repacker;
import io.holdfast.placement.repack.Repacking;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random clusters from seeds: plans are carried out step by step, and compared with trying all on tiny ones. */
class RepackerPropertyTest {
    private static final int SEEDS = 200;

    /** Of a hundred tiny clusters, in how many as many nodes are freed as can be. */
    private static final int BEST_OF_A_HUNDRED = 90;

    private final Repacker repacker = new Repacker(new BestFitEngine());

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldPlanWhatCanBeCarriedOutStepByStep(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        NodeTable table = cluster.table(1 + cluster.random().nextInt(12));
        State.fill(table, cluster, 6, request -> request);
        Budget budget = budget(cluster.random(), table);
        List<Object> before = State.of(table);
        for (Goal goal : Goal.values()) {
            Repacking plan = repacker.plan(table, budget, goal);

            assertThat(State.of(table)).isEqualTo(before);
            assertThat(repacker.plan(table, budget, goal)).isEqualTo(plan);
            assertIsWithin(budget, plan, table);
            NodeTable after = State.without(table, List.of());
            for (Move move : plan.moves()) {
                carryOut(move, after, seed);
            }
            Set<String> emptied = busy(table);
            emptied.removeAll(busy(after));
            assertThat(busy(table)).as("seed %d", seed).containsAll(busy(after));
            assertThat(plan.nodes()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(emptied);
            if (goal == Goal.DEVICES) {
                assertThat(whole(after) - whole(table)).as("seed %d", seed).isEqualTo(plan.devices());
                assertThat(plan.devices() > 0).isEqualTo(!plan.moves().isEmpty());
            }
        }
    }

    private static void carryOut(Move move, NodeTable table, long seed) {
        Holding holding = table.holding(move.allocationId()).orElseThrow();
        assertThat(holding.nodeId()).isEqualTo(move.from()).isNotEqualTo(move.to());
        // the node it is on is another, so going from there makes no room: it only is no company to itself
        table.release(holding.id());
        assertThat(Scan.of(table, new PlacementRequest(holding.id(), holding.ask())))
                .as("%s of seed %d", move, seed)
                .extracting(Scan.Scored::nodeId)
                .contains(move.to());
        table.hold(new Holding(holding.id(), move.to(), holding.ask(), move.grant()));
        int row = table.rowOf(move.to());
        table.dimensions()
                .forEach(dimension -> assertThat(
                                dimension.need().applyAsLong(holding.ask().needs()) == 0
                                        || table.free(dimension, row) >= 0)
                        .as("%s after %s of seed %d", dimension.word(), move, seed)
                        .isTrue());
        for (int group = 0; group < table.devices(row).groups().size(); group++) {
            assertThat(Arrays.stream(table.devices(row).free(group)).allMatch(left -> left >= 0))
                    .as("devices after %s of seed %d", move, seed)
                    .isTrue();
        }
    }

    private static Budget budget(Random random, NodeTable table) {
        Budget budget = random.nextBoolean() ? Budget.UNLIMITED : Budget.of(random.nextInt(6));
        if (random.nextInt(3) == 0) {
            budget = budget.withMovesPerGroup(random.nextInt(3), Map.of("p/job/group0", 4));
        }
        if (random.nextInt(3) == 0) {
            budget = budget.withStaying(table.holdings().stream()
                    .map(Holding::id)
                    .filter(id -> random.nextInt(4) == 0)
                    .toArray(String[]::new));
        }
        return budget;
    }

    private static void assertIsWithin(Budget budget, Repacking plan, NodeTable table) {
        assertThat(plan.moves().size()).isLessThanOrEqualTo(budget.moves());
        assertThat(plan.moves().stream().map(Move::allocationId)).doesNotHaveDuplicates();
        Map<String, Integer> byGroup = new HashMap<>();
        for (Move move : plan.moves()) {
            assertThat(budget.staying()).doesNotContain(move.allocationId());
            byGroup.merge(table.holding(move.allocationId()).orElseThrow().ask().group(), 1, Integer::sum);
        }
        byGroup.remove("");
        byGroup.forEach((group, moves) -> assertThat(moves)
                .isLessThanOrEqualTo(budget.movesByGroup().getOrDefault(group, budget.movesPerGroup())));
    }

    @Test
    void shouldFreeAsManyNodesAsCanBeOnMostTinyClusters() {
        int best = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomCluster cluster = new RandomCluster(seed);
            NodeTable table = cluster.table(2 + cluster.random().nextInt(3));
            State.fill(table, cluster, 4, request -> request);

            int freed =
                    repacker.plan(table, Budget.UNLIMITED, Goal.NODES).nodes().size();

            int most = most(table);
            assertThat(freed).as("seed %d", seed).isLessThanOrEqualTo(most);
            best += freed == most ? 1 : 0;
        }
        assertThat(best * 100 / SEEDS).isGreaterThanOrEqualTo(BEST_OF_A_HUNDRED);
    }

    @Test
    void shouldFreeMostOfWhatPackingFromScratchWould() {
        Random random = new Random(5);
        NodeTable table = new NodeTable();
        for (int i = 0; i < 100; i++) {
            table.put(Nodes.node("n" + i, 32_000, 128 * Nodes.GI));
        }
        List<PlacementRequest> requests = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            PlacementRequest request =
                    Nodes.request("a" + i, Nodes.needs(200 + random.nextInt(2000), (1 + random.nextInt(8)) * Nodes.GI));
            List<Scan.Scored> fitting = Scan.of(table, request);
            String nodeId = fitting.get(random.nextInt(fitting.size())).nodeId();
            table.hold(new Holding("a" + i, nodeId, request.ask(), Grant.NONE));
            requests.add(request);
        }
        NodeTable empty = NodeTable.of(table.nodes());
        long used = new BestFitEngine()
                .place(empty, requests).stream()
                        .map(answer -> ((Placement.Placed) answer).nodeId())
                        .distinct()
                        .count();

        Repacking plan = repacker.plan(table, Budget.UNLIMITED, Goal.NODES);
        Repacking small = repacker.plan(table, Budget.of(60), Goal.NODES);

        assertThat(plan.nodes().size() * 100L)
                .isGreaterThanOrEqualTo(80 * (busy(table).size() - used));
        assertThat(small.moves().size()).isLessThanOrEqualTo(60);
        assertThat((double) small.moves().size() / small.nodes().size())
                .isLessThan((double) plan.moves().size() / plan.nodes().size());
    }

    private static Set<String> busy(NodeTable table) {
        return table.holdings().stream().map(Holding::nodeId).collect(Collectors.toCollection(HashSet::new));
    }

    private static int whole(NodeTable table) {
        int whole = 0;
        for (Node node : table.nodes()) {
            DeviceUse use = table.devices(table.rowOf(node.id()));
            for (int group = 0; group < use.groups().size(); group++) {
                whole += (int) Arrays.stream(use.free(group))
                        .filter(left -> left == DeviceAsk.WHOLE)
                        .count();
            }
        }
        return whole;
    }

    /** How many busy nodes can be emptied onto the others, tried with all sets of them. */
    private static int most(NodeTable table) {
        List<String> busy = List.copyOf(busy(table));
        int most = 0;
        for (int set = 1; set < 1 << busy.size(); set++) {
            Set<String> sources = new HashSet<>();
            for (int i = 0; i < busy.size(); i++) {
                if ((set >> i & 1) == 1) {
                    sources.add(busy.get(i));
                }
            }
            List<Holding> holdings = table.holdings().stream()
                    .filter(holding -> sources.contains(holding.nodeId()))
                    .toList();
            Set<String> targets = new HashSet<>(busy);
            targets.removeAll(sources);
            if (sources.size() > most && canMove(State.without(table, List.of()), holdings, 0, targets)) {
                most = sources.size();
            }
        }
        return most;
    }

    private static boolean canMove(NodeTable table, List<Holding> holdings, int next, Set<String> targets) {
        if (next == holdings.size()) {
            return true;
        }
        Holding holding = holdings.get(next);
        table.release(holding.id());
        boolean can = false;
        for (Scan.Scored fitting : Scan.of(table, new PlacementRequest(holding.id(), holding.ask()))) {
            if (!can && targets.contains(fitting.nodeId())) {
                int row = table.rowOf(fitting.nodeId());
                table.hold(new Holding(
                        holding.id(),
                        fitting.nodeId(),
                        holding.ask(),
                        table.grant(row, holding.ask(), DeviceUse.Choice.TIGHTEST)));
                can = canMove(table, holdings, next + 1, targets);
                table.release(holding.id());
            }
        }
        table.hold(holding);
        return can;
    }
}
