package io.holdfast.placement;

import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Tables that hold something, and all that can be told of one. */
final class State {
    private State() {}

    /** What is held of which node, and what is left of it. */
    static List<Object> of(NodeTable table) {
        List<Object> state = new ArrayList<>(table.holdings());
        for (Node node : table.nodes()) {
            int row = table.rowOf(node.id());
            state.add(List.copyOf(table.holdings(row)));
            for (Dimension dimension : table.dimensions()) {
                if (dimension.capacity().applyAsLong(node) > 0) {
                    state.add(dimension.word() + " " + table.free(dimension, row));
                }
            }
            for (int group = 0; group < table.devices(row).groups().size(); group++) {
                for (int left : table.devices(row).free(group)) {
                    state.add(left);
                }
            }
        }
        return state;
    }

    /** The same nodes in the same rows, holding the same but for these. */
    static NodeTable without(NodeTable table, List<String> ids) {
        NodeTable copy = new NodeTable(RandomCluster::fit);
        table.nodes().forEach(copy::put);
        table.holdings().stream().filter(holding -> !ids.contains(holding.id())).forEach(copy::hold);
        return copy;
    }

    /** Places at most so many on each node; where the engine finds no node some run somewhere nevertheless, as if they had before. */
    static void fill(NodeTable table, RandomCluster cluster, int perNode, UnaryOperator<PlacementRequest> as) {
        for (int i = 0; i < table.count() * perNode * 2 && table.count() > 0; i++) {
            PlacementRequest request = as.apply(cluster.requests(1).get(0));
            String id = String.format("a%02d", (i * 37) % 100);
            Node node = table.nodes().get(cluster.random().nextInt(table.count()));
            Grant grant = Grant.NONE;
            List<Scan.Scored> fitting = Scan.of(table, request);
            if (fitting.isEmpty() && cluster.random().nextInt(8) != 0) {
                continue;
            }
            if (!fitting.isEmpty()) {
                String nodeId =
                        fitting.get(cluster.random().nextInt(fitting.size())).nodeId();
                node = table.node(table.rowOf(nodeId));
                grant = table.grant(table.rowOf(nodeId), request.ask(), DeviceUse.Choice.TIGHTEST);
            }
            if (table.holdings(table.rowOf(node.id())).size() < perNode) {
                table.hold(new Holding(id, node.id(), request.ask(), grant));
            }
        }
    }
}
