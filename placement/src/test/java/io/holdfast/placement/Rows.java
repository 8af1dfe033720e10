package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.NodeTable.Row;
import java.util.List;
import java.util.Map;

/** Plain data for the tests of this package. */
final class Rows {
    static final long GI = 1L << 30;

    private Rows() {}

    /** An empty node with that much of everything; its name is its id with {@code node-} before it. */
    static Row node(String id, long cpuMillis, long memoryBytes) {
        return used(id, cpuMillis, memoryBytes, 0, 0);
    }

    static Row used(String id, long cpuMillis, long memoryBytes, long cpuUsed, long memoryUsed) {
        return new Row(
                id,
                "node-" + id,
                new Capacity(cpuMillis, memoryBytes, 0, 10_000),
                new Capacity(cpuUsed, memoryUsed, 0, 0),
                0,
                true,
                Map.of("node.arch", "amd64"));
    }

    static Row ineligible(Row row) {
        return new Row(
                row.nodeId(), row.name(), row.capacity(), row.used(), row.allocations(), false, row.attributes());
    }

    static Row attributes(Row row, Map<String, String> attributes) {
        return new Row(
                row.nodeId(), row.name(), row.capacity(), row.used(), row.allocations(), row.eligible(), attributes);
    }

    static Row holding(Row row, int allocations) {
        return new Row(
                row.nodeId(), row.name(), row.capacity(), row.used(), allocations, row.eligible(), row.attributes());
    }

    static Resources needs(long cpuMillis, long memoryBytes) {
        return new Resources(cpuMillis, 0, memoryBytes, 0, 10);
    }

    static PlacementRequest request(String key, Resources resources, Constraint... constraints) {
        return new PlacementRequest(key, resources, List.of(constraints), "", List.of());
    }

    static Constraint equal(String attribute, String value) {
        return new Constraint(attribute, Constraint.Operator.EQUAL, value);
    }

    static Constraint notEqual(String attribute, String value) {
        return new Constraint(attribute, Constraint.Operator.NOT_EQUAL, value);
    }
}
