package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import java.util.BitSet;

/** One step that takes nodes out of the candidates, and says why. Steps share nothing: each sees what the ones before left. */
sealed interface Filter {

    /** As it stands in {@link Placement.Unplaced#nodesByReason()}. */
    String reason();

    /** Clears the nodes that fail. */
    void narrow(BitSet candidates, NodeColumns nodes);

    /**
     * What {@code removed} fail, to follow {@code 3 nodes}.
     *
     * @param removed not empty
     */
    String message(BitSet removed, NodeColumns nodes);

    /** Takes new work at all: neither lost nor draining nor set aside. */
    record Eligible() implements Filter {
        @Override
        public String reason() {
            return "not-eligible";
        }

        @Override
        public void narrow(BitSet candidates, NodeColumns nodes) {
            nodes.keepEligible(candidates);
        }

        @Override
        public String message(BitSet removed, NodeColumns nodes) {
            return removed.cardinality() == 1 ? "takes no new work" : "take no new work";
        }
    }

    /** Has what one constraint demands. */
    record Matches(Constraint constraint) implements Filter {
        @Override
        public String reason() {
            return "constraint " + constraint.text();
        }

        @Override
        public void narrow(BitSet candidates, NodeColumns nodes) {
            nodes.keepMatching(candidates, constraint);
        }

        @Override
        public String message(BitSet removed, NodeColumns nodes) {
            return (removed.cardinality() == 1 ? "does not meet " : "do not meet ") + constraint.text();
        }
    }

    /** Has room in one dimension. */
    record Room(Dimension dimension, long need) implements Filter {
        @Override
        public String reason() {
            return dimension.word();
        }

        @Override
        public void narrow(BitSet candidates, NodeColumns nodes) {
            nodes.keepWithRoom(candidates, dimension, need);
        }

        @Override
        public String message(BitSet removed, NodeColumns nodes) {
            int nearest = removed.nextSetBit(0);
            long largest = 0;
            for (int node = nearest; node >= 0; node = removed.nextSetBit(node + 1)) {
                largest = Math.max(largest, nodes.capacity(dimension, node));
                if (nodes.free(dimension, node) > nodes.free(dimension, nearest)) {
                    nearest = node;
                }
            }
            String message = (removed.cardinality() == 1 ? "lacks " : "lack ") + dimension.word() + ": need "
                    + dimension.text(need) + ", nearest miss " + dimension.text(nodes.free(dimension, nearest))
                    + " free on " + nodes.name(nearest);
            return need <= largest
                    ? message
                    : message + ", more than the largest of them has at all (" + dimension.text(largest) + ")";
        }
    }
}
