package io.holdfast.placement.filter;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;

/** Has no sibling yet, where no two may share a node. */
record DistinctNode(NodeTable nodes, Ask ask) implements Filter {
    @Override
    public String reason() {
        return "distinct-node";
    }

    @Override
    public boolean passes(int row) {
        return nodes.company().ofGroup(ask.group()).on(row) == 0;
    }

    @Override
    public boolean mindsSiblings() {
        return true;
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "holds", "hold") + " an instance already, and each wants a node of its own";
    }
}
