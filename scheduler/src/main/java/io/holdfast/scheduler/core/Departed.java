package io.holdfast.scheduler.core;

import io.holdfast.model.state.Allocation;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Optional;

/** What is found lost is nobody's company while its successors are placed: they take its place, and its rack. */
final class Departed {
    private final NodeTable table;
    private final List<Holding> before;

    private Departed(NodeTable table, List<Holding> before) {
        this.table = table;
        this.before = before;
    }

    static Departed from(NodeTable table, List<Allocation> losses) {
        List<Holding> before = losses.stream()
                .map(loss -> table.holding(loss.id()))
                .flatMap(Optional::stream)
                .toList();
        before.forEach(holding -> table.hold(holding.asStranger()));
        return new Departed(table, before);
    }

    /** The table is as it was. */
    void giveBack() {
        before.forEach(table::hold);
    }
}
