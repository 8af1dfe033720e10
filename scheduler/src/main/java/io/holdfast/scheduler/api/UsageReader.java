package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.AllocationUsage;
import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks a node what some of its allocations use. What a node sends is believed only of what it was asked for, and once. */
final class UsageReader {
    /** Beyond the window, for the node to look and for the bytes to come. */
    private static final long MARGIN_MILLIS = 10_000;

    /** A newer agent may count more, an older one less. */
    private static final ObjectReader READER = Json.mapper()
            .readerFor(AllocationUsage.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private final Vertx vertx;
    private final NodeStreams streams;

    UsageReader(Vertx vertx, NodeStreams streams) {
        this.vertx = vertx;
        this.streams = streams;
    }

    /** By allocation; those that the node does not have are not in it. On the server's context. */
    Future<Map<String, AllocationUsage>> read(String nodeId, List<String> allocationIds, long windowMillis) {
        return streams.open(nodeId, streamId -> new LineMessage.OpenUsage(streamId, allocationIds, windowMillis))
                .compose(stream -> collect(stream, new HashSet<>(allocationIds), windowMillis));
    }

    private Future<Map<String, AllocationUsage>> collect(
            NodeStreams.NodeStream stream, Set<String> asked, long windowMillis) {
        Promise<Map<String, AllocationUsage>> done = Promise.promise();
        Map<String, AllocationUsage> usages = new LinkedHashMap<>();
        long timer = vertx.setTimer(windowMillis + MARGIN_MILLIS, late -> {
            done.tryFail(new NodeStreams.NodeUnreachable(
                    "the node did not say what is used within " + (windowMillis + MARGIN_MILLIS) + " ms"));
        });
        stream.handler(bytes -> {
            try {
                AllocationUsage usage = READER.readValue(bytes.getBytes());
                if (usage != null && asked.remove(usage.allocationId())) {
                    usages.put(usage.allocationId(), usage);
                    return;
                }
            } catch (IOException e) {
                // told below
            }
            done.tryFail(new NodeStreams.NodeUnreachable("what the node says is not understood"));
        });
        stream.endHandler(end -> done.tryComplete(usages));
        stream.exceptionHandler(done::tryFail);
        stream.resume();
        return done.future().onComplete(over -> {
            vertx.cancelTimer(timer);
            stream.close();
        });
    }
}
