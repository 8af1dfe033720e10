package io.holdfast.scheduler.api;

import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.NodeStatus;
import java.util.EnumMap;
import java.util.Map;

/** What the metrics say of the cluster, read at once on the scheduler's context. */
record ClusterGauges(
        ClusterView.LeaderStatus leader, Map<NodeState, Integer> nodes, Map<AllocationState, Integer> allocations) {

    static ClusterGauges read(ClusterView view) {
        Map<NodeState, Integer> nodes = new EnumMap<>(NodeState.class);
        for (NodeState state : NodeState.values()) {
            nodes.put(state, 0);
        }
        for (NodeStatus node : view.nodes()) {
            nodes.merge(node.state(), 1, Integer::sum);
        }
        return new ClusterGauges(view.leader(), nodes, view.allocationCounts());
    }
}
