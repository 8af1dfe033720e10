package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.NodeStatus;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What allocations use: asked of their nodes at the time of the call, each node once. Nothing of it is stored here. */
final class StatsRoutes {
    /** Nodes asked at once for one call: each takes one of the streams that all callers share. */
    static final int NODES_AT_ONCE = 32;

    private final CoreCalls core;
    private final Targets targets;
    private final UsageReader reader;

    StatsRoutes(CoreCalls core, Targets targets, UsageReader reader) {
        this.core = core;
        this.targets = targets;
        this.reader = reader;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("getAllocationStats", this::one, "listStats", this::list);
    }

    private Future<?> one(Call call) {
        return targets.allocation(call)
                .compose(target -> reader.read(
                                target.allocation().nodeId(),
                                List.of(target.allocation().id()),
                                call.number("windowMillis"))
                        .compose(usages -> usages.isEmpty()
                                ? Refusal.<StatsView>failed(
                                        ErrorCode.NOT_FOUND,
                                        "node " + target.nodeName() + " has nothing of allocation "
                                                + target.allocation().id() + ", which is "
                                                + target.allocation().state().text())
                                : Future.succeededFuture(StatsView.of(
                                        target.allocation(),
                                        target.nodeName(),
                                        usages.get(target.allocation().id()))))
                        .map(view -> Answers.json(call.http(), 200, view)));
    }

    private record Seen(List<Allocation> allocations, List<NodeStatus> nodes) {}

    private Future<?> list(Call call) {
        return core.read(cluster -> new Seen(running(cluster, call), cluster.nodes()))
                .compose(seen -> Refusal.unwrap(Cursor.page(seen.allocations(), AllocationRoutes::key, call))
                        .compose(page -> ask(page, new NodeNames(seen.nodes()), call.number("windowMillis"))))
                .map(page -> Answers.json(call.http(), 200, page));
    }

    private static List<Allocation> running(ClusterView cluster, Call call) {
        return cluster.allocationsByPrefix(call.project(), "").stream()
                .filter(allocation ->
                        allocation.state() == AllocationState.RUNNING || allocation.state() == AllocationState.STOPPING)
                .filter(allocation -> call.optional("job")
                        .map(job -> allocation.job().job().equals(job))
                        .orElse(true))
                .toList();
    }

    private Future<StatsView.StatsPage> ask(Page<Allocation> page, NodeNames names, long windowMillis) {
        Map<String, List<String>> byNode = page.items().stream()
                .collect(Collectors.groupingBy(
                        Allocation::nodeId, TreeMap::new, Collectors.mapping(Allocation::id, Collectors.toList())));
        Map<String, AllocationUsage> usages = new TreeMap<>();
        List<StatsView.Unreachable> unreachable = new ArrayList<>();
        return batches(
                        new ArrayList<>(byNode.keySet()),
                        node -> reader.read(node, byNode.get(node), windowMillis)
                                .map(found -> {
                                    usages.putAll(found);
                                    return null;
                                })
                                .otherwise(cause -> {
                                    if (!(cause instanceof NodeStreams.NodeUnreachable)
                                            && !(cause instanceof NodeStreams.NotOnNode)) {
                                        throw new IllegalStateException("asking node " + node + " failed", cause);
                                    }
                                    unreachable.add(new StatsView.Unreachable(names.apply(node), cause.getMessage()));
                                    return null;
                                }))
                .map(done -> new StatsView.StatsPage(
                        page.items().stream()
                                .filter(allocation -> usages.containsKey(allocation.id()))
                                .map(allocation -> StatsView.of(
                                        allocation, names.apply(allocation.nodeId()), usages.get(allocation.id())))
                                .toList(),
                        page.next(),
                        unreachable.stream()
                                .sorted(Comparator.comparing(StatsView.Unreachable::node))
                                .toList()));
    }

    private static Future<Void> batches(List<String> nodes, Function<String, Future<?>> ask) {
        if (nodes.isEmpty()) {
            return Future.succeededFuture();
        }
        int count = Math.min(NODES_AT_ONCE, nodes.size());
        return Future.join(nodes.subList(0, count).stream().map(ask).toList())
                .compose(done -> batches(nodes.subList(count, nodes.size()), ask));
    }
}
