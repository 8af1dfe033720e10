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
    private final List<Filter> lasting;
    private final List<Filter> changing;
    private final BitSet lastingCandidates;

    /**
     * The chain. First what a batch does not change, evaluated once per shape: whether a node takes work, then the job's own
     * constraints in their order, because a node that is ruled out by these should not be reported as too small. Then the room
     * left, which every placement changes: the count of allocations, cpu, memory, pids.
     */
    Demand(Resources resources, List<Constraint> constraints, NodeColumns nodes) {
        this.resources = resources;
        this.constraints = constraints;
        List<Filter> first = new ArrayList<>();
        first.add(new Filter.Eligible());
        constraints.forEach(constraint -> first.add(new Filter.Matches(constraint)));
        List<Filter> then = new ArrayList<>();
        for (Dimension dimension : Dimension.values()) {
            needs[dimension.ordinal()] = dimension.need(resources);
            then.add(new Filter.Room(dimension, dimension.need(resources)));
        }
        lasting = List.copyOf(first);
        changing = List.copyOf(then);
        lastingCandidates = all(nodes);
        lasting.forEach(filter -> filter.narrow(lastingCandidates, nodes));
    }

    boolean isOf(PlacementRequest request) {
        return resources.equals(request.resources()) && constraints.equals(request.constraints());
    }

    long need(int dimension) {
        return needs[dimension];
    }

    /** Sets {@code into} to the nodes that pass every filter now. */
    void candidates(BitSet into, NodeColumns nodes) {
        into.clear();
        into.or(lastingCandidates);
        for (int i = 0; i < changing.size(); i++) {
            changing.get(i).narrow(into, nodes);
        }
    }

    /** All filters, in the order they are asked. */
    List<Filter> chain() {
        List<Filter> chain = new ArrayList<>(lasting);
        chain.addAll(changing);
        return chain;
    }

    static BitSet all(NodeColumns nodes) {
        BitSet all = new BitSet(nodes.count());
        all.set(0, nodes.count());
        return all;
    }
}
