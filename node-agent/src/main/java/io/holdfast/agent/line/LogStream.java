package io.holdfast.agent.line;

import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.keeper.api.LineTimes;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pumps a task's output from the keeper into a WebSocket: run after run, oldest kept first, and when following, over restarts of
 * the task until its allocation has ended. Where only the last lines are wanted, the runs are searched backwards first. Reads the
 * next piece only when the last one has left, so a slow reader slows nobody but itself. For one context.
 */
final class LogStream implements NodeStream {
    /** Bytes asked for at a time. */
    static final int CHUNK_BYTES = 48 << 10;

    /** How long the keeper waits for the first byte when following. */
    static final long POLL_MILLIS = 10_000;

    /** Between two askings that brought nothing. */
    static final long PAUSE_MILLIS = 10;

    /** Before asking again a keeper that could not be asked. */
    static final long RETRY_MILLIS = 250;

    private final Vertx vertx;
    private final LineMessage.OpenStream ask;
    private final KeeperClient keeper;
    private final Runs.Lookup lookup;
    private final StreamSocket out;

    /** Where reading begins in the runs that were searched, by attempt. */
    private final Map<Integer, Long> found = new HashMap<>();

    private LineTimes times = new LineTimes();
    private Runs.Run run;
    private int lastAttempt = -1;
    private long offset;
    private boolean asking;
    private boolean searched;

    LogStream(Vertx vertx, LineMessage.OpenStream ask, KeeperClient keeper, Runs.Lookup lookup, StreamSocket out) {
        this.vertx = vertx;
        this.ask = ask;
        this.keeper = keeper;
        this.lookup = lookup;
        this.out = out;
    }

    @Override
    public void start(Runnable ended) {
        out.onGone(ended);
        Runs runs = lookup.of(ask.allocationId(), ask.task());
        if (!runs.known()) {
            out.notFound("task " + ask.task() + " of this allocation is not on the node");
            return;
        }
        if (ask.tailLines() != LineMessage.OpenStream.ALL || ask.sinceMillis() > 0) {
            asking = true;
            search(runs.containers(), runs.containers().size() - 1, ask.tailLines());
        } else {
            searched();
        }
    }

    /** Backwards, until there are enough lines. Runs that begin later are wanted whole. */
    private void search(List<Runs.Run> runs, int index, long linesLeft) {
        if (out.closed()) {
            return;
        }
        if (index < 0) {
            searched();
            return;
        }
        Runs.Run candidate = runs.get(index);
        keeper.findLog(new Request.FindLog(candidate.containerId(), ask.stream(), linesLeft, ask.sinceMillis()))
                .onComplete(result -> {
                    boolean all = linesLeft == LineMessage.OpenStream.ALL;
                    if (result.succeeded()) {
                        Reply.LogPlace place = result.result();
                        found.put(candidate.attempt(), place.offset());
                        long left = all ? linesLeft : Math.max(0, linesLeft - place.lines());
                        boolean enough = !all && left == 0;
                        // a line before the time that is asked for: all earlier ones are
                        boolean older = ask.sinceMillis() > 0 && place.offset() > place.head();
                        if (enough || older) {
                            lastAttempt = candidate.attempt() - 1;
                            searched();
                        } else {
                            search(runs, index - 1, left);
                        }
                    } else if (gone(result.cause())) {
                        search(runs, index - 1, linesLeft);
                    } else if (unsure(result.cause())) {
                        vertx.setTimer(RETRY_MILLIS, over -> search(runs, index, linesLeft));
                    } else {
                        out.fault(String.valueOf(result.cause().getMessage()));
                    }
                });
    }

    private void searched() {
        asking = false;
        searched = true;
        look();
    }

    /** Something may have changed: a new run, an end. */
    @Override
    public void look() {
        if (out.closed() || asking || !searched) {
            return;
        }
        if (out.socket.writeQueueFull()) {
            out.socket.drainHandler(drained -> look());
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
                offset = found.getOrDefault(candidate.attempt(), 0L);
                times = new LineTimes();
                return true;
            }
        }
        if (runs.over() || !ask.follow()) {
            out.done();
        }
        return false;
    }

    private void read() {
        asking = true;
        keeper.readLog(new Request.ReadLog(
                        run.containerId(),
                        ask.stream(),
                        offset,
                        CHUNK_BYTES,
                        ask.follow() ? POLL_MILLIS : 0,
                        ask.timestamps()))
                .onComplete(result -> {
                    asking = false;
                    if (out.closed()) {
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
            out.send(ask.timestamps() ? times.stamp(chunk) : data);
        }
        if (chunk.end()) {
            leaveRun();
            look();
        } else if (data.length > 0) {
            look();
        } else if (ask.follow()) {
            vertx.setTimer(PAUSE_MILLIS, over -> look());
        } else {
            out.done();
        }
    }

    private void trouble(Throwable trouble) {
        if (gone(trouble)) {
            leaveRun();
            look();
        } else if (unsure(trouble)) {
            vertx.setTimer(RETRY_MILLIS, over -> look());
        } else {
            out.fault(String.valueOf(trouble.getMessage()));
        }
    }

    private static boolean gone(Throwable trouble) {
        return trouble instanceof KeeperException fault && fault.code().equals("not-found");
    }

    /** The keeper could not be asked, or may not have heard it: asking again does no harm. */
    private static boolean unsure(Throwable trouble) {
        return trouble instanceof KeeperException fault && (fault.outcomeUnknown() || fault.notSent());
    }

    private void leaveRun() {
        lastAttempt = run.attempt();
        run = null;
    }

    @Override
    public void stop() {
        out.done();
    }
}
