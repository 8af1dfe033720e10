package io.holdfast.placement.filter;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;

/** Has none of the jobs that it wants to be apart from, and none that wants to be apart from it. */
record Apart(NodeTable nodes, Ask ask) implements Filter {
    @Override
    public String reason() {
        return "apart-from";
    }

    @Override
    public boolean passes(int row) {
        for (String job : ask.requirements().apartFrom()) {
            if (nodes.company().ofJob(job).on(row) > 0) {
                return false;
            }
        }
        return ask.job().isEmpty() || nodes.company().apartFrom(ask.job()).on(row) == 0;
    }

    @Override
    public boolean mindsSiblings() {
        return ask.requirements().apartFrom().contains(ask.job());
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "has", "have") + " work that may not be on the same node";
    }
}
