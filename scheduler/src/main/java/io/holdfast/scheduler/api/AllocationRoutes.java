package io.holdfast.scheduler.api;

import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.core.NodeStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Allocations: of a job, of a project, one. */
final class AllocationRoutes {
    private final CoreCalls core;

    AllocationRoutes(CoreCalls core) {
        this.core = core;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("listJobAllocations", this::listOfJob, "listAllocations", this::list, "getAllocation", this::get);
    }

    private record Seen(List<Allocation> allocations, List<NodeStatus> nodes) {}

    private Future<?> listOfJob(Call call) {
        return core.read(cluster -> cluster.job(call.jobKey()))
                .compose(job -> JobRoutes.found(job, call.jobKey()))
                .compose(job -> core.read(cluster -> new Seen(cluster.allocations(call.jobKey()), cluster.nodes())))
                .compose(seen -> answer(call, seen));
    }

    private Future<?> list(Call call) {
        return core.read(cluster -> new Seen(cluster.allocationsByPrefix(call.project(), ""), cluster.nodes()))
                .compose(seen -> answer(call, seen));
    }

    private static Future<?> answer(Call call, Seen seen) {
        NodeNames names = new NodeNames(seen.nodes());
        return Refusal.unwrap(Cursor.page(seen.allocations(), AllocationRoutes::key, call))
                .map(page ->
                        Answers.json(call.http(), 200, page.map(allocation -> AllocationView.of(allocation, names))));
    }

    static Cursor.Key key(Allocation allocation) {
        return new Cursor.Key(
                allocation.job().job(),
                allocation.group(),
                allocation.index(),
                allocation.createdAtMillis(),
                allocation.id());
    }

    private Future<?> get(Call call) {
        String id = call.text("id");
        return core.read(cluster -> new Seen(cluster.allocationsByPrefix(call.project(), id), cluster.nodes()))
                .compose(seen -> Candidates.one(seen.allocations(), "allocation", id, Allocation::id)
                        .map(one -> AllocationView.of(one, new NodeNames(seen.nodes()))))
                .map(view -> Answers.json(call.http(), 200, view));
    }
}
