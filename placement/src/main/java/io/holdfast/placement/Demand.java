package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What requests of one shape ask for, with the chain of filters that decides which nodes can give it. */
final class Demand {
    private final Resources resources;
    private final List<Constraint> constraints;
    private final long[] needs = new long[Dimension.COUNT];
    private final BitSet lasting;

    /** @param lasting the nodes that pass {@link #lasting}: they are the same for all that have these constraints */
    Demand(Resources resources, List<Constraint> constraints, BitSet lasting) {
        this.resources = resources;
        this.constraints = constraints;
        this.lasting = lasting;
        for (Dimension dimension : Dimension.values()) {
            needs[dimension.ordinal()] = dimension.need(resources);
        }
    }

    boolean isOf(PlacementRequest request) {
        return resources.equals(request.resources()) && constraints.equals(request.constraints());
    }

    long need(int dimension) {
        return needs[dimension];
    }

    /** The nodes that pass what a batch does not change. Not to be altered. */
    BitSet lasting() {
        return lasting;
    }

    /**
     * All filters, in the order they are asked. First what a batch does not change: whether a node takes work, then the job's own
     * constraints in their order, because a node that is ruled out by these should not be reported as too small. Then the room
     * left, which every placement changes, dimension by dimension.
     */
    List<Filter> chain() {
        List<Filter> chain = new ArrayList<>(lasting(constraints));
        for (Dimension dimension : Dimension.values()) {
            chain.add(new Filter.Room(dimension, needs[dimension.ordinal()]));
        }
        return chain;
    }

    /** The filters whose answers hold for a whole batch. */
    static List<Filter> lasting(List<Constraint> constraints) {
        List<Filter> filters = new ArrayList<>();
        filters.add(new Filter.Eligible());
        constraints.forEach(constraint -> filters.add(new Filter.Matches(constraint)));
        return filters;
    }

    static BitSet all(NodeColumns nodes) {
        BitSet all = new BitSet(nodes.count());
        all.set(0, nodes.count());
        return all;
    }
}
