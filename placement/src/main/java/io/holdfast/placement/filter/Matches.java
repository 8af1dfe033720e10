package io.holdfast.placement.filter;

import io.holdfast.model.job.Constraint;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.function.IntPredicate;

/** Has what one constraint demands of an attribute. */
final class Matches implements Filter {
    private final Constraint constraint;
    private final IntPredicate match;

    Matches(NodeTable nodes, Constraint constraint) {
        this.constraint = constraint;
        this.match = nodes.match(constraint);
    }

    @Override
    public String reason() {
        return "constraint " + constraint.text();
    }

    @Override
    public boolean passes(int row) {
        return match.test(row);
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "does not meet ", "do not meet ") + constraint.text();
    }
}
