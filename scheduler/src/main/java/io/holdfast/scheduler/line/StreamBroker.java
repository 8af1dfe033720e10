package io.holdfast.scheduler.line;

import io.holdfast.model.IdSource;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Joins who wants a stream with the agent that dials back for it. On the server's context. */
final class StreamBroker implements LogStreams {
    private final Vertx vertx;
    private final IdSource ids;
    private final Function<String, Optional<Line>> lineOf;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Set<SocketStream> open = new HashSet<>();

    private record Waiting(String nodeId, Promise<LogStream> promise, long timer) {}

    StreamBroker(Vertx vertx, IdSource ids, Function<String, Optional<Line>> lineOf) {
        this.vertx = vertx;
        this.ids = ids;
        this.lineOf = lineOf;
    }

    int count() {
        return waiting.size() + open.size();
    }

    @Override
    public Future<LogStream> open(String nodeId, String allocationId, String task, String stream, boolean follow) {
        Optional<Line> line = lineOf.apply(nodeId);
        if (line.isEmpty()) {
            return unreachable("node " + nodeId + " has no line to this scheduler now: try again when it is back");
        }
        if (count() >= LineSettings.MAX_STREAMS) {
            return unreachable("all " + LineSettings.MAX_STREAMS + " streams are in use: close some");
        }
        String streamId = ids.next();
        Promise<LogStream> promise = Promise.promise();
        long timer = vertx.setTimer(LineSettings.DIAL_BACK_TIMEOUT_MILLIS, late -> {
            if (waiting.remove(streamId) != null) {
                line.get().send(new LineMessage.CloseStream(streamId));
                promise.tryFail(new NodeUnreachable("node " + line.get().name() + " did not answer within "
                        + LineSettings.DIAL_BACK_TIMEOUT_MILLIS + " ms"));
            }
        });
        waiting.put(streamId, new Waiting(nodeId, promise, timer));
        line.get().send(new LineMessage.OpenStream(streamId, allocationId, task, stream, follow));
        return promise.future();
    }

    private static Future<LogStream> unreachable(String message) {
        return Future.failedFuture(new NodeUnreachable(message));
    }

    /** Each id is good for one dial. */
    boolean accept(HttpServerRequest request, String streamId) {
        Waiting wanted = waiting.remove(streamId);
        if (wanted == null) {
            return false;
        }
        vertx.cancelTimer(wanted.timer());
        request.toWebSocket()
                .onSuccess(socket -> {
                    SocketStream stream = new SocketStream(socket, open::remove);
                    open.add(stream);
                    wanted.promise().complete(stream);
                })
                .onFailure(cause -> wanted.promise()
                        .fail(new NodeUnreachable(
                                "node " + wanted.nodeId() + " dialled back in vain: " + cause.getMessage())));
        return true;
    }

    /** What was asked of a node whose line has ended is not answered any more. */
    void nodeGone(String nodeId) {
        waiting.values().removeIf(wanted -> {
            boolean gone = wanted.nodeId().equals(nodeId);
            if (gone) {
                vertx.cancelTimer(wanted.timer());
                wanted.promise().tryFail(new NodeUnreachable("node " + nodeId + " left the line"));
            }
            return gone;
        });
    }

    void stop() {
        List.copyOf(waiting.values()).stream().map(Waiting::nodeId).distinct().forEach(this::nodeGone);
        List.copyOf(open).forEach(SocketStream::close);
    }
}
