package io.holdfast.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.placement.NodeTable.Row;
import io.holdfast.placement.Placement.Placed;
import io.holdfast.placement.Placement.Unplaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random clusters and batches from seeds, against a plain second opinion that knows nothing of columns and runs. */
class BestFitEnginePropertyTest {
    private static final int SEEDS = 300;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldPlaceIffSomeNodeFitsAndOnTheBestOfThem(long seed) {
        Random random = new Random(seed);
        NodeTable table = table(random);
        List<PlacementRequest> requests = requests(random, table);

        List<Placement> placements = new BestFitEngine().place(table, requests);

        assertThat(placements).hasSameSizeAs(requests);
        Ledger ledger = new Ledger(table);
        for (int i = 0; i < requests.size(); i++) {
            PlacementRequest request = requests.get(i);
            List<Integer> feasible = IntStream.range(0, table.rows().size())
                    .filter(node -> ledger.fits(node, request))
                    .boxed()
                    .toList();
            if (placements.get(i) instanceof Placed placed) {
                int node = ledger.indexOf(placed.nodeId());
                assertThat(feasible).as("request %d of seed %d", i, seed).contains(node);
                assertThat(placed.score()).isBetween(0.0, 1.0);
                for (int other : feasible) {
                    assertThat(ledger.betterThan(other, node, request))
                            .as("request %d of seed %d: node %d is better than %d", i, seed, other, node)
                            .isFalse();
                }
                ledger.take(node, request);
            } else {
                Unplaced unplaced = (Unplaced) placements.get(i);
                assertThat(feasible).as("request %d of seed %d", i, seed).isEmpty();
                assertThat(unplaced.nodesByReason().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum())
                        .isEqualTo(table.rows().size());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAnswerTheSameWhenAskedAgain(long seed) {
        Random random = new Random(seed);
        NodeTable table = table(random);
        List<PlacementRequest> requests = requests(random, table);
        BestFitEngine engine = new BestFitEngine();

        assertThat(engine.place(table, requests)).isEqualTo(engine.place(table, requests));
    }

    private static NodeTable table(Random random) {
        List<Row> rows = new ArrayList<>();
        int count = random.nextInt(12);
        boolean alike = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            long cpu = alike ? 4000 : random.nextInt(8000);
            long memory = alike ? 1L << 33 : random.nextLong(1L << 34);
            rows.add(new Row(
                    "n" + i,
                    "node-" + i,
                    new Capacity(cpu, memory, random.nextInt(4) * 100L, 1 + random.nextInt(300)),
                    // some shrank under their work
                    new Capacity(
                            random.nextInt(3) * cpu / 2,
                            random.nextInt(3) * memory / 2,
                            random.nextInt(3) * 50L,
                            random.nextInt(30)),
                    random.nextInt(10) == 0 ? Dimension.MAX_ALLOCATIONS_PER_NODE - 2 : 0,
                    random.nextInt(8) != 0,
                    random.nextInt(4) == 0 ? Map.of() : Map.of("zone", "z" + random.nextInt(2)),
                    LayerHashes.of(random.longs(random.nextInt(5), 1, 6).toArray())));
        }
        return new NodeTable(rows);
    }

    private static List<PlacementRequest> requests(Random random, NodeTable table) {
        List<PlacementRequest> requests = new ArrayList<>();
        while (requests.size() < 40) {
            Resources resources = new Resources(
                    random.nextInt(5) == 0 ? 0 : random.nextInt(1500),
                    0,
                    random.nextInt(5) == 0 ? 0 : random.nextLong(1L << 31),
                    0,
                    random.nextInt(40),
                    0,
                    "",
                    0,
                    random.nextBoolean() ? 0 : random.nextInt(120));
            List<Constraint> constraints = random.nextInt(3) != 0
                    ? List.of()
                    : List.of(new Constraint(
                            "zone",
                            random.nextBoolean() ? Constraint.Operator.EQUAL : Constraint.Operator.NOT_EQUAL,
                            "z" + random.nextInt(2)));
            String key = random.nextBoolean() ? "" : "group" + random.nextInt(2);
            List<String> avoid = random.nextBoolean() ? List.of() : List.of("n" + random.nextInt(12));
            List<Layer> layers = random.nextBoolean()
                    ? List.of()
                    : random.longs(random.nextInt(4), 1, 8)
                            .mapToObj(hash -> new Layer(hash, random.nextInt(3) * 1_000L))
                            .toList();
            int run = 1 + random.nextInt(8);
            for (int i = 0; i < run; i++) {
                requests.add(new PlacementRequest(
                        "r" + requests.size(), resources, constraints, key, avoid, List.of(), layers));
            }
        }
        return requests;
    }

    /** What is left on each node, kept in the plainest way. */
    private static final class Ledger {
        private final List<Row> rows;
        private final long[] cpu;
        private final long[] memory;
        private final long[] disk;
        private final long[] pids;
        private final int[] allocations;
        private final List<List<String>> keys = new ArrayList<>();

        Ledger(NodeTable table) {
            rows = table.rows();
            cpu = rows.stream()
                    .mapToLong(r -> r.capacity().cpuMillis() - r.used().cpuMillis())
                    .toArray();
            memory = rows.stream()
                    .mapToLong(r -> r.capacity().memoryBytes() - r.used().memoryBytes())
                    .toArray();
            disk = rows.stream()
                    .mapToLong(r -> r.capacity().diskBytes() - r.used().diskBytes())
                    .toArray();
            pids = rows.stream()
                    .mapToLong(r -> r.capacity().pids() - r.used().pids())
                    .toArray();
            allocations = rows.stream().mapToInt(Row::allocations).toArray();
            rows.forEach(row -> keys.add(new ArrayList<>()));
        }

        int indexOf(String nodeId) {
            return IntStream.range(0, rows.size())
                    .filter(i -> rows.get(i).nodeId().equals(nodeId))
                    .findFirst()
                    .orElseThrow();
        }

        boolean fits(int node, PlacementRequest request) {
            Row row = rows.get(node);
            return row.eligible()
                    && allocations[node] < Dimension.MAX_ALLOCATIONS_PER_NODE
                    && request.constraints().stream()
                            .allMatch(c -> c.value().equals(row.attributes().get(c.attribute()))
                                    == (c.operator() == Constraint.Operator.EQUAL))
                    && request.resources().cpuMillis() <= cpu[node]
                    && request.resources().memoryBytes() <= memory[node]
                    && request.resources().diskBytes() <= disk[node]
                    && request.resources().pids() <= pids[node];
        }

        void take(int node, PlacementRequest request) {
            cpu[node] -= request.resources().cpuMillis();
            memory[node] -= request.resources().memoryBytes();
            disk[node] -= request.resources().diskBytes();
            pids[node] -= request.resources().pids();
            allocations[node]++;
            keys.get(node).add(request.antiAffinityKey());
            assertThat(cpu[node]).isNotNegative();
            assertThat(memory[node]).isNotNegative();
            assertThat(pids[node]).isNotNegative();
        }

        /** Not to be avoided, then fuller or with more of the image, then fewer siblings, then earlier. */
        boolean betterThan(int one, int other, PlacementRequest request) {
            boolean oneAvoided = request.avoid().contains(rows.get(one).nodeId());
            boolean otherAvoided = request.avoid().contains(rows.get(other).nodeId());
            if (oneAvoided != otherAvoided) {
                return otherAvoided;
            }
            double difference = fit(one, request) - fit(other, request);
            if (Math.abs(difference) > 1e-9) {
                return difference > 0;
            }
            if (!alike(one, other)) {
                return false; // too near for a second opinion: another way of adding up may see it differently
            }
            int siblings = Integer.compare(siblings(one, request), siblings(other, request));
            return siblings != 0 ? siblings < 0 : one < other;
        }

        private boolean alike(int one, int other) {
            Capacity ofOne = rows.get(one).capacity();
            Capacity ofOther = rows.get(other).capacity();
            return cpu[one] == cpu[other]
                    && memory[one] == memory[other]
                    && ofOne.cpuMillis() == ofOther.cpuMillis()
                    && ofOne.memoryBytes() == ofOther.memoryBytes();
        }

        private long siblings(int node, String key) {
            return key.isEmpty()
                    ? 0
                    : keys.get(node).stream().filter(key::equals).count();
        }

        private int siblings(int node, PlacementRequest request) {
            return (int) siblings(node, request.antiAffinityKey());
        }

        private double fit(int node, PlacementRequest request) {
            long all = request.layers().stream().mapToLong(Layer::bytes).sum();
            long there = request.layers().stream()
                    .filter(layer -> rows.get(node).layers().has(layer.hash()))
                    .mapToLong(Layer::bytes)
                    .sum();
            double fullness = fullness(node, request) / 2;
            return 3 * fullness + (all == 0 ? fullness : (double) there / all);
        }

        private double fullness(int node, PlacementRequest request) {
            Capacity capacity = rows.get(node).capacity();
            return share(cpu[node] - request.resources().cpuMillis(), capacity.cpuMillis())
                    + share(memory[node] - request.resources().memoryBytes(), capacity.memoryBytes());
        }

        private static double share(long left, long capacity) {
            return capacity == 0 ? 1 : 1 - (double) left / capacity;
        }
    }
}
