package io.holdfast.placement.filter;

import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;

/** Takes new work: it is not drained, and its owner has not closed it. */
record Eligible(NodeTable nodes) implements Filter {
    @Override
    public String reason() {
        return "not-eligible";
    }

    @Override
    public boolean passes(int row) {
        return nodes.node(row).eligible();
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "takes no new work", "take no new work");
    }
}
