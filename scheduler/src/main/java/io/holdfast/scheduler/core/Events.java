package io.holdfast.scheduler.core;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.store.Pinned;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events that the core makes. Those without an id are given one when they are committed, or stay merely observed. */
final class Events {
    static final String ALLOCATION_PLACED = "allocation-placed";
    static final String ALLOCATION_CHANGED = "allocation-changed";
    static final String IMAGE_RESOLVED = "image-resolved";
    static final String NODE_REGISTERED = "node-registered";
    static final String NODE_CHANGED = "node-changed";
    static final String LEADER_ELECTED = "leader-elected";
    static final String REPLACEMENT_PAUSED = "replacement-paused";
    static final String REPLACEMENT_RESUMED = "replacement-resumed";

    private Events() {}

    static ClusterEvent allocation(String type, Allocation a, String nodeName, long nowMillis) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("job", a.job().job());
        data.put("jobVersion", a.jobVersion());
        data.put("group", a.group());
        data.put("index", a.index());
        data.put("node", nodeName);
        data.put("nodeId", a.nodeId());
        data.put("desired", a.desired().name().toLowerCase(java.util.Locale.ROOT));
        data.put("state", a.state().text());
        data.put("reason", a.reason());
        return new ClusterEvent(0, nowMillis, type, a.job().project(), a.id(), data);
    }

    /** What a user does to an allocation. Without a state: this tells nothing of how it is. */
    static ClusterEvent noted(String type, Allocation a, Map<String, Object> more, long nowMillis) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("job", a.job().job());
        data.put("group", a.group());
        data.put("index", a.index());
        data.put("nodeId", a.nodeId());
        data.putAll(more);
        return new ClusterEvent(0, nowMillis, type, a.job().project(), a.id(), data);
    }

    /** @param nodeName of the node that was asked */
    static ClusterEvent imageResolved(Pinned pinned, String nodeName, long nowMillis) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("version", pinned.version());
        data.put("reference", pinned.reference());
        data.put("digest", pinned.digest());
        data.put("node", nodeName);
        return new ClusterEvent(
                0,
                nowMillis,
                IMAGE_RESOLVED,
                pinned.job().project(),
                pinned.job().job(),
                data);
    }

    static ClusterEvent nodeRegistered(Node node, long nowMillis) {
        return new ClusterEvent(
                0,
                nowMillis,
                NODE_REGISTERED,
                "",
                node.id,
                Map.of("name", node.registration.name(), "state", node.state.text()));
    }

    static ClusterEvent nodeChanged(Node node, NodeState before, String reason, long nowMillis) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", node.registration.name());
        data.put("state", node.state.text());
        data.put("before", before.text());
        data.put("reason", reason);
        return new ClusterEvent(0, nowMillis, NODE_CHANGED, "", node.id, data);
    }

    static ClusterEvent leaderElected(String clusterId, long epoch, long nowMillis) {
        return new ClusterEvent(0, nowMillis, LEADER_ELECTED, "", clusterId, Map.of("epoch", epoch));
    }

    static ClusterEvent replacement(boolean paused, String clusterId, String reason, long nowMillis) {
        return new ClusterEvent(
                0,
                nowMillis,
                paused ? REPLACEMENT_PAUSED : REPLACEMENT_RESUMED,
                "",
                clusterId,
                Map.of("reason", reason));
    }
}
