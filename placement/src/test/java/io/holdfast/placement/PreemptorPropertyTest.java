package io.holdfast.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.JobType;
import io.holdfast.placement.preempt.Disruption;
import io.holdfast.placement.preempt.Preempted;
import io.holdfast.placement.preempt.Preemption;
import io.holdfast.placement.preempt.Preemptor;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random clusters from seeds, against all sets of victims of all nodes. */
class PreemptorPropertyTest {
    private static final int SEEDS = 200;
    private static final Disruption DISRUPTION = holding -> holding.id().hashCode() & 3;

    /** @param priorities of the victims in sum */
    private record Set(int row, List<String> victims, long priorities, long disruption, long score) {}

    private static final Comparator<Set> CHEAPEST = Comparator.comparingLong(Set::priorities)
            .thenComparingInt(set -> set.victims().size())
            .thenComparingLong(Set::disruption);

    private static final Comparator<Set> BEST = CHEAPEST.thenComparing(
                    Comparator.comparingLong(Set::score).reversed())
            .thenComparingInt(Set::row);

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindWhatTryingAllFinds(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        NodeTable table = cluster.table(1 + cluster.random().nextInt(4));
        State.fill(
                table,
                cluster,
                5,
                request -> with(request, 1 + 5 * cluster.random().nextInt(10)));
        List<Object> before = State.of(table);
        Preemptor preemptor = new Preemptor(table);
        Disruption disruption = seed % 2 == 0 ? Disruption.NONE : DISRUPTION;
        for (int i = 0; i < 25; i++) {
            PlacementRequest request =
                    with(cluster.requests(1).get(0), 10 * cluster.random().nextInt(7));
            if (!request.gang().isEmpty() || !Scan.of(table, request).isEmpty()) {
                continue;
            }
            Preempted found = preemptor.search(request, JobType.SERVICE, Preemption.ON, disruption);

            Optional<Set> best = all(table, request, disruption);
            assertThat(found instanceof Preempted.Plan)
                    .as("request %d of seed %d", i, seed)
                    .isEqualTo(best.isPresent());
            if (found instanceof Preempted.Plan plan) {
                assertThat(plan.nodeId())
                        .as("request %d of seed %d: %s", i, seed, plan.why())
                        .isEqualTo(table.node(best.get().row()).id());
                assertThat(plan.victims())
                        .as("request %d of seed %d: %s", i, seed, plan.why())
                        .isEqualTo(best.get().victims());
                assertThat(plan.priorities()).isEqualTo(best.get().priorities());
            }
            assertThat(State.of(table)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldStopNoMoreThanNeededAndOnlyWhatIsLessImportant(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        Random random = cluster.random();
        NodeTable table = cluster.table(20);
        State.fill(table, cluster, 12, request -> with(request, 1 + random.nextInt(60)));
        Preemptor preemptor = new Preemptor(table);
        for (int i = 0; i < 30; i++) {
            switch (random.nextInt(4)) {
                case 0 -> table.put(cluster.node("n" + random.nextInt(24)));
                case 1 -> table.remove("n" + random.nextInt(24));
                case 2 -> table.release(String.format("a%02d", random.nextInt(100)));
                default -> {}
            }
            PlacementRequest request = with(cluster.requests(1).get(0), random.nextInt(100));
            Preempted found = preemptor.search(request, JobType.BATCH, Preemption.ON, DISRUPTION);

            assertThat(new Preemptor(table).search(request, JobType.BATCH, Preemption.ON, DISRUPTION))
                    .as("request %d of seed %d", i, seed)
                    .isEqualTo(found);
            if (found instanceof Preempted.Plan plan) {
                for (String victim : plan.victims()) {
                    Holding holding = table.holding(victim).orElseThrow();
                    assertThat(holding.nodeId()).isEqualTo(plan.nodeId());
                    assertThat(holding.ask().priority())
                            .isLessThanOrEqualTo(request.ask().priority() - Preemption.PRIORITY_GAP);
                    List<String> others = new ArrayList<>(plan.victims());
                    others.remove(victim);
                    assertThat(fits(table, request, plan.nodeId(), others))
                            .as("without victim %s of request %d of seed %d", victim, i, seed)
                            .isFalse();
                }
                assertThat(fits(table, request, plan.nodeId(), plan.victims()))
                        .as("request %d of seed %d", i, seed)
                        .isTrue();
            }
        }
    }

    private static boolean fits(NodeTable table, PlacementRequest request, String nodeId, List<String> stopped) {
        return Scan.of(State.without(table, stopped), request).stream()
                .anyMatch(scored -> scored.nodeId().equals(nodeId));
    }

    private static Optional<Set> all(NodeTable table, PlacementRequest request, Disruption disruption) {
        List<Set> ofNodes = new ArrayList<>();
        for (Node node : table.nodes()) {
            int row = table.rowOf(node.id());
            List<Holding> tenants = table.holdings(row).stream()
                    .filter(holding -> holding.ask().priority() <= request.ask().priority() - Preemption.PRIORITY_GAP)
                    .sorted(Comparator.comparingInt(
                                    (Holding holding) -> holding.ask().priority())
                            .thenComparing(Holding::id))
                    .toList();
            List<Set> sets = new ArrayList<>();
            collect(table, request, disruption, row, tenants, 0, List.of(), sets);
            sets.stream().min(CHEAPEST).ifPresent(ofNodes::add);
        }
        return ofNodes.stream().min(BEST);
    }

    /** In the order in which, of sets that cost the same, the first is to be taken. */
    private static void collect(
            NodeTable table,
            PlacementRequest request,
            Disruption disruption,
            int row,
            List<Holding> tenants,
            int from,
            List<Holding> chosen,
            List<Set> sets) {
        List<String> victims = chosen.stream().map(Holding::id).toList();
        Scan.of(State.without(table, victims), request).stream()
                .filter(scored -> scored.nodeId().equals(table.node(row).id()))
                .findFirst()
                .ifPresent(scored -> sets.add(new Set(
                        row,
                        victims,
                        chosen.stream()
                                .mapToLong(holding -> holding.ask().priority())
                                .sum(),
                        chosen.stream().mapToLong(disruption::of).sum(),
                        scored.score())));
        for (int i = from; i < tenants.size(); i++) {
            List<Holding> more = new ArrayList<>(chosen);
            more.add(tenants.get(i));
            collect(table, request, disruption, row, tenants, i + 1, more, sets);
        }
    }

    private static PlacementRequest with(PlacementRequest request, int priority) {
        return new PlacementRequest(
                request.key(), request.ask().withPriority(priority), request.failed(), request.gang());
    }
}
