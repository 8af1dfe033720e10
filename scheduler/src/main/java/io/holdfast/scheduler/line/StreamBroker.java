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

/** Joins who wants a stream with the agent that dials back for it, and who asks with who answers. On the server's context. */
final class StreamBroker implements NodeStreams {
    private final Vertx vertx;
    private final IdSource ids;
    private final Function<String, Optional<Line>> lineOf;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Set<SocketStream> open = new HashSet<>();

    private final Map<String, Asked> asked = new HashMap<>();

    private record Asked(String nodeId, Promise<LineMessage.Answer> promise, long timer) {}

    private record Waiting(String nodeId, Promise<NodeStream> promise, long timer) {}

    StreamBroker(Vertx vertx, IdSource ids, Function<String, Optional<Line>> lineOf) {
        this.vertx = vertx;
        this.ids = ids;
        this.lineOf = lineOf;
    }

    int count() {
        return waiting.size() + open.size();
    }

    @Override
    public Future<NodeStream> open(String nodeId, Function<String, LineMessage> ask) {
        Optional<Line> line = lineOf.apply(nodeId);
        if (line.isEmpty()) {
            return Future.failedFuture(noLine(nodeId));
        }
        if (count() >= LineSettings.MAX_STREAMS) {
            return Future.failedFuture(
                    new NodeUnreachable("all " + LineSettings.MAX_STREAMS + " streams are in use: close some"));
        }
        String streamId = ids.next();
        Promise<NodeStream> promise = Promise.promise();
        long timer = vertx.setTimer(LineSettings.DIAL_BACK_TIMEOUT_MILLIS, late -> {
            if (waiting.remove(streamId) != null) {
                line.get().send(new LineMessage.CloseStream(streamId));
                promise.tryFail(new NodeUnreachable("node " + line.get().name() + " did not answer within "
                        + LineSettings.DIAL_BACK_TIMEOUT_MILLIS + " ms: its agent may be older than this scheduler"));
            }
        });
        waiting.put(streamId, new Waiting(nodeId, promise, timer));
        line.get().send(ask.apply(streamId));
        return promise.future();
    }

    @Override
    public Future<LineMessage.Answer> ask(String nodeId, String allocationId, String action) {
        return question(nodeId, askId -> new LineMessage.Ask(askId, allocationId, action));
    }

    @Override
    public Future<LineMessage.Answer> askNode(String nodeId, String action, String argument) {
        return question(nodeId, askId -> new LineMessage.AskNode(askId, action, argument));
    }

    private Future<LineMessage.Answer> question(String nodeId, Function<String, LineMessage> ask) {
        Optional<Line> line = lineOf.apply(nodeId);
        if (line.isEmpty()) {
            return Future.failedFuture(noLine(nodeId));
        }
        if (asked.size() >= LineSettings.MAX_ASKED) {
            return Future.failedFuture(new NodeUnreachable(
                    LineSettings.MAX_ASKED + " questions to nodes are not answered yet: try again in a moment"));
        }
        String askId = ids.next();
        Promise<LineMessage.Answer> promise = Promise.promise();
        long timer = vertx.setTimer(LineSettings.ANSWER_TIMEOUT_MILLIS, late -> {
            if (asked.remove(askId) != null) {
                promise.tryFail(new NodeUnreachable("node " + line.get().name() + " did not answer within "
                        + LineSettings.ANSWER_TIMEOUT_MILLIS + " ms: its agent may be older than this scheduler"));
            }
        });
        asked.put(askId, new Asked(nodeId, promise, timer));
        line.get().send(ask.apply(askId));
        return promise.future();
    }

    /** An answer that nobody waits for any more is passed over, as is one to another node's question. */
    void answered(String nodeId, LineMessage.Answer answer) {
        Asked waitingFor = asked.get(answer.askId());
        if (waitingFor != null && waitingFor.nodeId().equals(nodeId)) {
            asked.remove(answer.askId());
            vertx.cancelTimer(waitingFor.timer());
            waitingFor.promise().tryComplete(answer);
        }
    }

    private static NodeUnreachable noLine(String nodeId) {
        return new NodeUnreachable("node " + nodeId + " has no line to this scheduler now: try again when it is back");
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
        asked.values().removeIf(question -> {
            boolean gone = question.nodeId().equals(nodeId);
            if (gone) {
                vertx.cancelTimer(question.timer());
                question.promise()
                        .tryFail(new NodeUnreachable("node " + nodeId
                                + " left the line before it answered: whether it was done is not known"));
            }
            return gone;
        });
    }

    void stop() {
        List.copyOf(waiting.values()).stream().map(Waiting::nodeId).distinct().forEach(this::nodeGone);
        List.copyOf(asked.values()).stream().map(Asked::nodeId).distinct().forEach(this::nodeGone);
        List.copyOf(open).forEach(SocketStream::close);
    }
}
