package io.holdfast.agent.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells what allocations use: looks once, or twice and then with the rate between the two. One message for each allocation that is
 * there. For one context.
 */
public final class UsageStream implements NodeStream {

    /** What allocations use now; those that are not on the node are left out. Fails where the keeper cannot be asked. */
    @FunctionalInterface
    public interface Source {
        Future<List<AllocationUsage>> of(List<String> allocationIds);
    }

    private final Vertx vertx;
    private final LineMessage.OpenUsage ask;
    private final Source source;
    private final StreamSocket out;

    UsageStream(Vertx vertx, LineMessage.OpenUsage ask, Source source, StreamSocket out) {
        this.vertx = vertx;
        this.ask = ask;
        this.source = source;
        this.out = out;
    }

    @Override
    public void start(Runnable ended) {
        out.onGone(ended);
        List<String> ids = ask.allocationIds() == null ? List.of() : ask.allocationIds();
        long windowMillis = Math.min(ask.windowMillis(), LineMessage.OpenUsage.MAX_WINDOW_MILLIS);
        if (windowMillis <= 0) {
            look(ids, this::tell);
        } else {
            look(ids, before -> vertx.setTimer(windowMillis, over -> look(ids, now -> tell(withRates(before, now)))));
        }
    }

    @Override
    public void stop() {
        out.done();
    }

    private void look(List<String> ids, Consumer<List<AllocationUsage>> then) {
        if (out.closed()) {
            return;
        }
        source.of(ids).onComplete(answer -> {
            if (out.closed()) {
                return;
            }
            if (answer.failed()) {
                out.fault(String.valueOf(answer.cause().getMessage()));
            } else {
                then.accept(answer.result());
            }
        });
    }

    /** One that has begun since has no rate yet. */
    private static List<AllocationUsage> withRates(List<AllocationUsage> before, List<AllocationUsage> now) {
        Map<String, AllocationUsage> first = new HashMap<>();
        before.forEach(usage -> first.put(usage.allocationId(), usage));
        return now.stream()
                .map(usage -> first.containsKey(usage.allocationId())
                        ? withRate(first.get(usage.allocationId()), usage)
                        : usage)
                .toList();
    }

    private static AllocationUsage withRate(AllocationUsage before, AllocationUsage now) {
        long millis = Math.max(1, now.atMillis() - before.atMillis());
        Map<String, AllocationUsage.Usage> tasks = new HashMap<>();
        before.tasks().forEach(task -> tasks.put(task.task(), task.usage()));
        return new AllocationUsage(
                now.allocationId(),
                now.atMillis(),
                now.paused(),
                withRate(before.total(), now.total(), millis),
                now.network(),
                now.tasks().stream()
                        .map(task -> new AllocationUsage.TaskUsage(
                                task.task(),
                                withRate(
                                        tasks.getOrDefault(task.task(), AllocationUsage.Usage.NONE),
                                        task.usage(),
                                        millis)))
                        .toList());
    }

    private static AllocationUsage.Usage withRate(
            AllocationUsage.Usage before, AllocationUsage.Usage now, long millis) {
        if (before.cpuMicros() < 0 || now.cpuMicros() < before.cpuMicros()) {
            return now; // not counted, or a task that was started anew
        }
        // a microsecond in each millisecond is a thousandth of a core
        return now.withCpuMillis((now.cpuMicros() - before.cpuMicros()) / millis);
    }

    private void tell(List<AllocationUsage> usages) {
        for (AllocationUsage usage : usages) {
            try {
                out.send(Json.mapper().writeValueAsBytes(usage));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("writing " + usage + " as JSON failed", e);
            }
        }
        out.done();
    }
}
