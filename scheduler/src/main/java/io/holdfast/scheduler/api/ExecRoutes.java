package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.ExecStart;
import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.core.Commands;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Exec: all that can be refused is refused before the upgrade, as a problem; then user and agent are joined by an {@link
 * ExecRelay}. What is run is noted in the event log before the agent hears of it.
 */
final class ExecRoutes {
    /** Characters of a command in the event log; the rest is cut. */
    static final int MAX_NOTED = 256;

    private static final String WEBSOCKET_PROTOCOL = "Sec-WebSocket-Protocol";

    private final Vertx vertx;
    private final CoreCalls core;
    private final Commands commands;
    private final Targets targets;
    private final NodeStreams streams;

    ExecRoutes(Vertx vertx, CoreCalls core, Commands commands, Targets targets, NodeStreams streams) {
        this.vertx = vertx;
        this.core = core;
        this.commands = commands;
        this.targets = targets;
        this.streams = streams;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("execInAllocation", this::exec);
    }

    private Future<?> exec(Call call) {
        HttpServerRequest request = call.http().request();
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE)) || !speaksOurs(request)) {
            return Refusal.failed(
                    ErrorCode.BAD_REQUEST,
                    "this takes a WebSocket of the subprotocol " + ExecFrame.SUBPROTOCOL + ": use holdfast exec");
        }
        // nothing is read of the connection until it is upgraded
        request.pause();
        return targets.task(call)
                .compose(target -> streams.open(
                                target.allocation().nodeId(),
                                streamId -> new LineMessage.OpenExec(
                                        streamId, target.allocation().id(), target.task()))
                        .compose(stream -> join(request, target, stream)))
                .onFailure(cause -> request.resume());
    }

    private static boolean speaksOurs(HttpServerRequest request) {
        String offered = request.getHeader(WEBSOCKET_PROTOCOL);
        return offered != null
                && Arrays.stream(offered.split(",")).map(String::strip).anyMatch(ExecFrame.SUBPROTOCOL::equals);
    }

    private Future<?> join(HttpServerRequest request, Targets.Target target, NodeStreams.NodeStream agent) {
        if (request.response().closed()) {
            agent.close();
            return Future.succeededFuture();
        }
        return request.toWebSocket()
                .onSuccess(user -> new ExecRelay(vertx, user, agent, start -> note(target, start)).begin())
                .onFailure(cause -> agent.close())
                // the upgrade has been answered by what failed it
                .otherwiseEmpty();
    }

    private Future<Optional<Rejected>> note(Targets.Target target, ExecStart start) {
        String command = String.join(" ", start.command());
        Map<String, Object> data = Map.of(
                "task",
                target.task(),
                "command",
                command.length() <= MAX_NOTED ? command : command.substring(0, MAX_NOTED - 1) + "…",
                "terminal",
                start.terminal());
        return core.ready(() -> commands.note(Commands.ALLOCATION_EXEC, target.allocation(), data))
                .otherwise(cause -> Optional.of(
                        Rejected.of(ErrorCode.UNAVAILABLE, "the scheduler cannot note that now: try again")));
    }
}
