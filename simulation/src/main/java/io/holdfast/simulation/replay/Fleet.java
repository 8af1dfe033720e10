package io.holdfast.simulation.replay;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.bound.LowerBounds;
import io.holdfast.simulation.trace.Nodes;
import io.holdfast.simulation.trace.Pod;
import java.util.List;
import java.util.function.Function;

/** The nodes that a policy is given. */
public interface Fleet {
    List<Node> of(List<Pod> pods);

    /** Whether it may be made larger so that all pods find a node; a run is done again then. */
    default boolean grows() {
        return false;
    }

    /** As many again. */
    default Fleet doubled() {
        return this;
    }

    static Fleet fixed(List<Node> nodes) {
        return pods -> nodes;
    }

    /**
     * As many equal nodes as needed: half as many again as the bound to begin with, so that whoever spreads has where to; what is used
     * of them counts.
     */
    static Fleet asNeeded(long cpuMillis, long memoryBytes) {
        return new Growing(cpuMillis, memoryBytes, 1);
    }

    /** @param times how often it was doubled, as a factor */
    record Growing(long cpuMillis, long memoryBytes, int times) implements Fleet {
        @Override
        public List<Node> of(List<Pod> pods) {
            Function<Integer, List<Node>> equal = count -> Nodes.equal(count, cpuMillis, memoryBytes);
            int bound = LowerBounds.of(equal.apply(Nodes.MAX_NODES), pods).sum();
            return equal.apply((int) Math.min(Nodes.MAX_NODES, Math.max(1, bound * 3L / 2) * times));
        }

        @Override
        public boolean grows() {
            return times < Nodes.MAX_NODES;
        }

        @Override
        public Fleet doubled() {
            return new Growing(cpuMillis, memoryBytes, times * 2);
        }
    }
}
