package io.holdfast.placement.filter;

import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;

/** Belongs to the pool that the job is for. */
record InPool(NodeTable nodes, String pool) implements Filter {
    @Override
    public String reason() {
        return "node-pool";
    }

    @Override
    public boolean passes(int row) {
        return nodes.node(row).pool().equals(pool);
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "is", "are") + " not in node pool " + pool;
    }
}
