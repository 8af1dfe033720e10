package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.TaskReport;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.line.LogStreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Logs: finds the task, asks its node, and pumps what comes to the reader. */
final class LogRoutes {
    private final Vertx vertx;
    private final CoreCalls core;
    private final LogStreams streams;

    LogRoutes(Vertx vertx, CoreCalls core, LogStreams streams) {
        this.vertx = vertx;
        this.core = core;
        this.streams = streams;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("getLogs", this::logs);
    }

    private record Found(List<Allocation> hits, List<String> tasks) {}

    private Future<?> logs(Call call) {
        String id = call.text("id");
        return core.read(cluster -> {
                    List<Allocation> hits = cluster.allocationsByPrefix(call.project(), id);
                    return new Found(hits, hits.size() == 1 ? tasks(cluster, hits.get(0)) : List.of());
                })
                .compose(found -> Candidates.one(found.hits(), "allocation", id, Allocation::id)
                        .compose(allocation -> task(call.optional("task"), found.tasks())
                                .compose(task -> open(call, allocation, task))));
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

    private Future<?> open(Call call, Allocation allocation, String task) {
        return streams.open(allocation.nodeId(), allocation.id(), task, call.text("stream"), call.flag("follow"))
                .compose(stream -> new LogPump(vertx, stream, call.http().response()).run());
    }
}
