package io.holdfast.placement.filter;

import io.holdfast.placement.request.Requirements.Ability;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.function.IntPredicate;

/** Can do something that its kernel or its owner must allow, as user namespaces. */
final class Able implements Filter {
    private final Ability ability;
    private final IntPredicate match;

    Able(NodeTable nodes, Ability ability) {
        this.ability = ability;
        this.match = nodes.match(ability.constraint());
    }

    @Override
    public String reason() {
        return "ability " + ability.word();
    }

    @Override
    public boolean passes(int row) {
        return match.test(row);
    }

    @Override
    public String message(BitSet failed) {
        return "cannot give " + ability.word();
    }
}
