package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Map;

/** Plain data for the tests of this module. */
public final class Nodes {
    public static final long GI = 1L << 30;

    private Nodes() {}

    /** An empty node with that much of everything; its name is its id with {@code node-} before it. */
    public static Node node(String id, long cpuMillis, long memoryBytes) {
        return node(id, cpuMillis, memoryBytes, Map.of("node.arch", "amd64"));
    }

    public static Node node(String id, long cpuMillis, long memoryBytes, Map<String, String> attributes) {
        return new Node(id, "node-" + id, new Capacity(cpuMillis, memoryBytes, 0, 10_000), attributes);
    }

    public static NodeTable table(Node... nodes) {
        return NodeTable.of(List.of(nodes));
    }

    /** The table, with that much in use on a node. */
    public static NodeTable use(NodeTable table, String nodeId, long cpuMillis, long memoryBytes) {
        return hold(table, nodeId, Ask.of(needs(cpuMillis, memoryBytes)));
    }

    public static NodeTable hold(NodeTable table, String nodeId, Ask ask) {
        table.hold(new Holding("held" + table.holdings().size(), nodeId, ask, Grant.NONE));
        return table;
    }

    public static Resources needs(long cpuMillis, long memoryBytes) {
        return new Resources(cpuMillis, 0, memoryBytes, 0, 0);
    }

    public static PlacementRequest request(String key, Resources resources, Constraint... constraints) {
        return new PlacementRequest(key, Ask.of(resources).withConstraints(List.of(constraints)));
    }

    public static PlacementRequest of(Ask ask, String... failed) {
        return new PlacementRequest("x", ask, List.of(failed), "");
    }

    public static Constraint equal(String attribute, String value) {
        return new Constraint(attribute, Constraint.Operator.EQUAL, value);
    }

    public static Constraint notEqual(String attribute, String value) {
        return new Constraint(attribute, Constraint.Operator.NOT_EQUAL, value);
    }
}
