package io.holdfast.scheduler.api;

import io.holdfast.scheduler.core.NodeStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** From nodes' ids to what allocations call them: the name, or the id where the node is unknown or its name not unique. */
final class NodeNames implements UnaryOperator<String> {
    private final Map<String, String> names = new HashMap<>();

    NodeNames(List<NodeStatus> nodes) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (NodeStatus node : nodes) {
            if (!seen.add(node.registration().name())) {
                twice.add(node.registration().name());
            }
        }
        for (NodeStatus node : nodes) {
            if (!twice.contains(node.registration().name())) {
                names.put(node.registration().nodeId(), node.registration().name());
            }
        }
    }

    @Override
    public String apply(String nodeId) {
        return names.getOrDefault(nodeId, nodeId);
    }
}
