package io.holdfast.scheduler.api;

import io.holdfast.scheduler.core.NodeStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Nodes: list, show. */
final class NodeRoutes {
    private final CoreCalls core;

    NodeRoutes(CoreCalls core) {
        this.core = core;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("listNodes", this::list, "getNode", this::get);
    }

    private Future<?> list(Call call) {
        return core.read(cluster -> cluster.nodes())
                .compose(nodes -> Refusal.unwrap(Cursor.page(nodes, NodeRoutes::key, call)))
                .map(page -> Answers.json(call.http(), 200, page.map(NodeView::of)));
    }

    private static Cursor.Key key(NodeStatus node) {
        return new Cursor.Key(
                node.registration().name(), "", 0, 0, node.registration().nodeId());
    }

    private Future<?> get(Call call) {
        return node(core, call).map(node -> Answers.json(call.http(), 200, NodeView.of(node)));
    }

    /** The one that the parameter {@code id} means. */
    static Future<NodeStatus> node(CoreCalls core, Call call) {
        String id = call.text("id");
        return core.read(cluster -> cluster.nodesByPrefix(id)).compose(nodes -> one(nodes, id));
    }

    private static Future<NodeStatus> one(List<NodeStatus> nodes, String id) {
        List<NodeStatus> exact = nodes.stream()
                .filter(node -> node.registration().nodeId().equals(id))
                .toList();
        return Candidates.one(
                exact.isEmpty() ? nodes : exact,
                "node",
                id,
                node -> node.registration().nodeId());
    }
}
