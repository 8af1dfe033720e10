package io.holdfast.agent.line;

import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pumps a task's output from the keeper into a WebSocket: run after run, oldest kept first, and when following, over restarts of
 * the task until its allocation has ended. Reads the next piece only when the last one has left, so a slow reader slows nobody
 * but itself. For one context.
 */
final class LogStream {
    /** Bytes asked for at a time. */
    static final int CHUNK_BYTES = 48 << 10;

    /** How long the keeper waits for the first byte when following. */
    static final long POLL_MILLIS = 10_000;

    /** Between two askings that brought nothing. */
    static final long PAUSE_MILLIS = 10;

    /** Before asking again a keeper that could not be asked. */
    static final long RETRY_MILLIS = 250;

    /** Close status of a fault (RFC 6455: internal error). */
    private static final short CLOSE_FAULT = 1011;

    private static final Logger LOG = LoggerFactory.getLogger(LogStream.class);

    private final Vertx vertx;
    private final LineMessage.OpenStream ask;
    private final KeeperClient keeper;
    private final Runs.Lookup lookup;
    private final WebSocket socket;

    private Runs.Run run;
    private int lastAttempt = -1;
    private long offset;
    private boolean reading;
    private boolean closed;

    LogStream(Vertx vertx, LineMessage.OpenStream ask, KeeperClient keeper, Runs.Lookup lookup, WebSocket socket) {
        this.vertx = vertx;
        this.ask = ask;
        this.keeper = keeper;
        this.lookup = lookup;
        this.socket = socket;
    }

    void start(Runnable ended) {
        socket.closeHandler(gone -> {
            closed = true;
            ended.run();
        });
        socket.exceptionHandler(trouble -> LOG.debug("stream {}: {}", ask.streamId(), trouble.toString()));
        if (!lookup.of(ask.allocationId(), ask.task()).known()) {
            close((short) LineMessage.CLOSE_NOT_FOUND, "task " + ask.task() + " of this allocation is not on the node");
            return;
        }
        look();
    }

    /** Something may have changed: a new run, an end. */
    void look() {
        if (closed || reading) {
            return;
        }
        if (socket.writeQueueFull()) {
            socket.drainHandler(drained -> look());
            return;
        }
        if (run == null && !nextRun()) {
            return;
        }
        read();
    }

    private boolean nextRun() {
        Runs runs = lookup.of(ask.allocationId(), ask.task());
        for (Runs.Run candidate : runs.containers()) {
            if (candidate.attempt() > lastAttempt) {
                run = candidate;
                offset = 0;
                return true;
            }
        }
        if (runs.over() || !ask.follow()) {
            close((short) LineMessage.CLOSE_DONE, "");
        }
        return false;
    }

    private void read() {
        reading = true;
        keeper.readLog(new Request.ReadLog(
                        run.containerId(), ask.stream(), offset, CHUNK_BYTES, ask.follow() ? POLL_MILLIS : 0))
                .onComplete(result -> {
                    reading = false;
                    if (closed) {
                        return;
                    }
                    if (result.succeeded()) {
                        took(result.result());
                    } else {
                        trouble(result.cause());
                    }
                });
    }

    private void took(Reply.LogChunk chunk) {
        byte[] data = chunk.data() == null ? new byte[0] : chunk.data();
        if (data.length > 0) {
            offset = chunk.offset() + data.length;
            socket.writeBinaryMessage(Buffer.buffer(data));
        }
        if (chunk.end()) {
            leaveRun();
            look();
        } else if (data.length > 0) {
            look();
        } else if (ask.follow()) {
            vertx.setTimer(PAUSE_MILLIS, over -> look());
        } else {
            close((short) LineMessage.CLOSE_DONE, "");
        }
    }

    private void trouble(Throwable trouble) {
        if (trouble instanceof KeeperException fault && fault.code().equals("not-found")) {
            leaveRun();
            look();
        } else if (trouble instanceof KeeperException fault && (fault.outcomeUnknown() || fault.notSent())) {
            vertx.setTimer(RETRY_MILLIS, over -> look());
        } else {
            close(CLOSE_FAULT, String.valueOf(trouble.getMessage()));
        }
    }

    private void leaveRun() {
        lastAttempt = run.attempt();
        run = null;
    }

    void stop() {
        close((short) LineMessage.CLOSE_DONE, "");
    }

    private void close(short status, String reason) {
        if (!closed) {
            closed = true;
            // a close frame holds 123 bytes of reason (RFC 6455, section 5.5)
            socket.close(status, reason.length() <= 120 ? reason : reason.substring(0, 120));
        }
    }
}
