package io.holdfast.placement.repack;

import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Plans moves. Sources are emptied one after the other, each as a whole or not at all, onto nodes that hold something and stay: so
 * every source that is emptied is one more, whatever becomes of those that follow. Targets are as the engine chooses, and every rule
 * of an allocation is kept at every step.
 *
 * <p>Nodes with the fewest allocations go first, since they cost the fewest moves. The emptiest first may free some more where
 * there are moves enough: of few allocations both are tried, and the plan that frees more is taken, or else the one with fewer
 * moves. Of many the difference is some per mille, and not worth the time.
 *
 * <p>Holds no state. The table is as it was when a plan returns. On the thread of the table.
 */
public final class Repacker {
    /** Allocations of which both orders are tried. */
    static final int MAX_FOR_BOTH = 20_000;

    private record Source(int row, List<Holding> holdings, double fullness) {}

    private static final Comparator<Source> FEWEST_MOVES = Comparator.comparingInt(
                    (Source source) -> source.holdings().size())
            .thenComparingDouble(Source::fullness)
            .thenComparingInt(Source::row);

    private static final Comparator<Source> EMPTIEST =
            Comparator.comparingDouble(Source::fullness).thenComparingInt(Source::row);

    private final PlacementEngine engine;

    /** @param engine that chooses targets */
    public Repacker(PlacementEngine engine) {
        this.engine = engine;
    }

    public Repacking plan(NodeTable nodes, Budget budget, Goal goal) {
        if (goal == Goal.DEVICES) {
            return new WholeDevices(nodes, engine, budget).plan();
        }
        List<Source> sources = sources(nodes);
        Repacking one = plan(nodes, budget, sources, FEWEST_MOVES);
        if (nodes.holdings().size() > MAX_FOR_BOTH) {
            return one;
        }
        Repacking other = plan(nodes, budget, sources, EMPTIEST);
        return better(other, one) ? other : one;
    }

    private static boolean better(Repacking one, Repacking other) {
        return one.nodes().size() != other.nodes().size()
                ? one.nodes().size() > other.nodes().size()
                : one.moves().size() < other.moves().size();
    }

    private Repacking plan(NodeTable nodes, Budget budget, List<Source> sources, Comparator<Source> order) {
        try (Moving moving = new Moving(nodes, engine.on(nodes), budget, Moving.Taste.ENGINE)) {
            closeEmpty(nodes, moving);
            List<String> freed = new ArrayList<>();
            for (Source source : sources.stream().sorted(order).toList()) {
                if (!moving.hasReceived(source.row()) && moving.move(source.holdings(), source.row())) {
                    freed.add(nodes.node(source.row()).id());
                }
            }
            return new Repacking(moving.moves(), freed, 0);
        }
    }

    /** Nothing is moved to where nothing is. */
    private static void closeEmpty(NodeTable nodes, Moving moving) {
        nodes.present().stream().filter(row -> nodes.holdings(row).isEmpty()).forEach(moving.targets::close);
    }

    private static List<Source> sources(NodeTable nodes) {
        Sizes sizes = new Sizes(nodes);
        return nodes.present().stream()
                .filter(row -> !nodes.holdings(row).isEmpty())
                .mapToObj(row -> new Source(row, hardestFirst(nodes, sizes, row), sizes.fullness(row)))
                .toList();
    }

    /** What fails should fail soon. */
    private static List<Holding> hardestFirst(NodeTable nodes, Sizes sizes, int row) {
        record Sized(Holding holding, double size) {}
        return nodes.holdings(row).stream()
                .map(holding -> new Sized(holding, sizes.largest(row, holding)))
                .sorted(Comparator.comparingDouble(Sized::size)
                        .reversed()
                        .thenComparing(sized -> sized.holding().id()))
                .map(Sized::holding)
                .toList();
    }
}
