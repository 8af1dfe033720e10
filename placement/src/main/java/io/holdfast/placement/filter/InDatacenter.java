package io.holdfast.placement.filter;

import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.List;

/** Stands in one of the datacenters that the job names. */
record InDatacenter(NodeTable nodes, List<String> datacenters) implements Filter {
    @Override
    public String reason() {
        return "datacenter";
    }

    @Override
    public boolean passes(int row) {
        return datacenters.contains(nodes.node(row).datacenter());
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "is", "are") + " not in datacenter " + String.join(" or ", datacenters);
    }
}
