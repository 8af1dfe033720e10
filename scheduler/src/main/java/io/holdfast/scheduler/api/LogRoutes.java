package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Logs: asks the task's node, and pumps what comes to the reader. */
final class LogRoutes {
    private final Vertx vertx;
    private final Targets targets;
    private final NodeStreams streams;

    LogRoutes(Vertx vertx, Targets targets, NodeStreams streams) {
        this.vertx = vertx;
        this.targets = targets;
        this.streams = streams;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of("getLogs", this::logs);
    }

    private Future<?> logs(Call call) {
        long tailLines = call.optional("tail").map(Long::parseLong).orElse(LineMessage.OpenStream.ALL);
        long sinceMillis;
        try {
            sinceMillis = call.optional("since")
                    .map(OffsetDateTime::parse)
                    .map(time -> Math.max(0, time.toInstant().toEpochMilli()))
                    .orElse(0L);
        } catch (DateTimeException | ArithmeticException e) {
            return Refusal.failed(List.of(new Rejected(
                    ErrorCode.BAD_REQUEST,
                    "since",
                    call.text("since"),
                    "since is no time as RFC 3339 has it: write 2026-01-31T12:00:00Z")));
        }
        return targets.task(call)
                .compose(target -> streams.open(
                        target.allocation().nodeId(),
                        streamId -> new LineMessage.OpenStream(
                                streamId,
                                target.allocation().id(),
                                target.task(),
                                call.text("stream"),
                                call.flag("follow"),
                                tailLines,
                                sinceMillis,
                                call.flag("timestamps"))))
                .compose(stream -> new LogPump(vertx, stream, call.http().response()).run());
    }
}
