package io.holdfast.scheduler.api;

import io.holdfast.model.state.Capacity;
import io.holdfast.scheduler.core.NodeStatus;
import java.util.Map;

/** A node as the API shows it: {@code Node} in {@code openapi.yaml}. */
record NodeView(
        String id,
        String name,
        String state,
        boolean eligible,
        Capacity capacity,
        Capacity reserved,
        int allocations,
        Map<String, String> attributes,
        String agentVersion,
        long leaseMillisLeft) {

    static NodeView of(NodeStatus node) {
        return new NodeView(
                node.registration().nodeId(),
                node.registration().name(),
                node.state().text(),
                node.eligible(),
                node.registration().capacity(),
                node.reserved(),
                node.allocations(),
                node.registration().attributes(),
                node.registration().agentVersion(),
                node.leaseMillisLeft());
    }
}
