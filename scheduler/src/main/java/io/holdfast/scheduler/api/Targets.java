package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.TaskReport;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.NodeStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Finds what a call on one allocation, or on one of its tasks, means: by the parameters {@code id} and {@code task}. */
final class Targets {
    private final CoreCalls core;

    Targets(CoreCalls core) {
        this.core = core;
    }

    /** @param nodes all of them, to call the allocation's own by its name */
    record Target(Allocation allocation, String task, List<NodeStatus> nodes) {
        String nodeName() {
            return new NodeNames(nodes).apply(allocation.nodeId());
        }
    }

    private record Found(List<Allocation> hits, List<String> tasks, List<NodeStatus> nodes) {}

    /** The allocation; {@code task} is empty. */
    Future<Target> allocation(Call call) {
        return find(call).compose(found -> one(call, found).map(hit -> new Target(hit, "", found.nodes())));
    }

    /** The allocation and its task; which may be left out where there is one. */
    Future<Target> task(Call call) {
        return find(call)
                .compose(found -> one(call, found)
                        .compose(hit -> task(call.optional("task"), found.tasks())
                                .map(task -> new Target(hit, task, found.nodes()))));
    }

    private Future<Found> find(Call call) {
        return core.read(cluster -> {
            List<Allocation> hits = cluster.allocationsByPrefix(call.project(), call.text("id"));
            return new Found(hits, hits.size() == 1 ? tasks(cluster, hits.get(0)) : List.of(), cluster.nodes());
        });
    }

    private static Future<Allocation> one(Call call, Found found) {
        return Candidates.one(found.hits(), "allocation", call.text("id"), Allocation::id);
    }

    /** As reported; of an allocation that nobody has reported on yet, as its job has them. */
    private static List<String> tasks(ClusterView cluster, Allocation allocation) {
        List<String> reported =
                allocation.tasks().stream().map(TaskReport::name).toList();
        if (!reported.isEmpty()) {
            return reported;
        }
        return cluster.job(allocation.job()).stream()
                .flatMap(job -> job.spec().groups().stream())
                .filter(group -> group.name().equals(allocation.group()))
                .flatMap(group -> group.tasks().stream())
                .map(TaskSpec::name)
                .toList();
    }

    private static Future<String> task(Optional<String> asked, List<String> tasks) {
        if (asked.isPresent()) {
            String name = asked.get();
            if (tasks.isEmpty() || tasks.contains(name)) {
                return Future.succeededFuture(name);
            }
            return refuse(name, "there is no task " + name + " in this allocation, it has " + String.join(", ", tasks));
        }
        return tasks.size() == 1
                ? Future.succeededFuture(tasks.get(0))
                : refuse("", "task is missing: name one of " + String.join(", ", tasks));
    }

    private static Future<String> refuse(String value, String message) {
        return Refusal.failed(List.of(new Rejected(ErrorCode.BAD_REQUEST, "task", value, message)));
    }
}
