package io.holdfast.placement.filter;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.List;

/** Has the ports that are asked for by number, and as many others. */
record StaticPorts(NodeTable nodes, Ask ask) implements Filter {
    @Override
    public String reason() {
        return "static ports";
    }

    @Override
    public boolean passes(int row) {
        return nodes.fitsPorts(row, ask);
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "has", "have") + " given away static port" + ports(failed);
    }

    /** Those that the first of these nodes lacks. */
    private String ports(BitSet failed) {
        List<Integer> taken = ask.needs().staticPorts().stream()
                .filter(port -> nodes.portIsTaken(failed.nextSetBit(0), port))
                .toList();
        List<Integer> named = taken.isEmpty() ? ask.needs().staticPorts() : taken;
        return (named.size() == 1 ? " " : "s ")
                + String.join(", ", named.stream().map(String::valueOf).toList());
    }
}
