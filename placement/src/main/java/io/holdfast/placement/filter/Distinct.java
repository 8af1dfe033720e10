package io.holdfast.placement.filter;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Requirements.DistinctValue;
import io.holdfast.placement.table.AttributeColumn;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;

/** Has a value of an attribute that not too many siblings have already. */
final class Distinct implements Filter {
    private final NodeTable nodes;
    private final String group;
    private final DistinctValue distinct;
    private final AttributeColumn column;

    Distinct(NodeTable nodes, Ask ask, DistinctValue distinct) {
        this.nodes = nodes;
        this.group = ask.group();
        this.distinct = distinct;
        this.column = nodes.attribute(distinct.attribute());
    }

    @Override
    public String reason() {
        return "distinct ${" + distinct.attribute() + "}";
    }

    @Override
    public boolean passes(int row) {
        int number = column.number(row);
        return number != AttributeColumn.NONE && nodes.company().ofGroup(group).with(column, number) < distinct.limit();
    }

    @Override
    public boolean toldByCell() {
        return true;
    }

    @Override
    public boolean mindsSiblings() {
        return true;
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "has", "have") + " a value of ${" + distinct.attribute() + "} that "
                + (distinct.limit() == 1 ? "an instance has" : distinct.limit() + " instances have")
                + " already, or none";
    }
}
