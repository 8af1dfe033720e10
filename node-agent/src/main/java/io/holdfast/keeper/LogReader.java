package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.log.LogSearch;
import io.holdfast.keeper.log.LogStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The verbs {@code read-log} and {@code find-log}. Waiting holds no thread; reading happens on a reading thread. */
final class LogReader {
    private final Core core;

    LogReader(Core core) {
        this.core = core;
    }

    CompletableFuture<Reply> read(Request.ReadLog request) throws RefusedException {
        LogStream stream = stream(request.id(), request.stream());
        Checks.between("offset", request.offset(), 0, Long.MAX_VALUE);
        Checks.between("maxBytes", request.maxBytes(), 1, Integer.MAX_VALUE);
        Checks.between("waitMillis", request.waitMillis(), 0, Limits.MAX_READ_WAIT_MILLIS);
        CompletableFuture<Void> readable = stream.readable(request.offset());
        if (!readable.isDone()) {
            readable.completeOnTimeout(null, request.waitMillis(), TimeUnit.MILLISECONDS);
        }
        return readable.thenApplyAsync(nothing -> told(() -> chunk(stream, request)), core.reads());
    }

    CompletableFuture<Reply> find(Request.FindLog request) throws RefusedException {
        LogStream stream = stream(request.id(), request.stream());
        Checks.between("tailLines", request.tailLines(), Request.FindLog.ALL, Limits.MAX_TAIL_LINES);
        Checks.between("sinceMillis", request.sinceMillis(), 0, Long.MAX_VALUE);
        return CompletableFuture.supplyAsync(() -> told(() -> place(stream, request)), core.reads());
    }

    private LogStream stream(String id, String name) throws RefusedException {
        Checks.id("container", id);
        if (!"stdout".equals(name) && !"stderr".equals(name)) {
            throw RefusedException.badRequest("stream %s is neither stdout nor stderr", name);
        }
        LogStream stream = core.registry().container(id).log(name);
        if (stream == null) {
            throw RefusedException.notFound("container %s has no %s", id, name);
        }
        return stream;
    }

    private static Reply chunk(LogStream stream, Request.ReadLog request) throws IOException {
        int maxBytes = Math.min(request.maxBytes(), Limits.MAX_READ_BYTES);
        if (!request.times()) {
            LogStream.Chunk chunk = stream.read(request.offset(), maxBytes);
            return new Reply.LogChunk(chunk.offset(), chunk.data(), chunk.end());
        }
        LogStream.TimedChunk timed = stream.readTimed(request.offset(), maxBytes, Limits.MAX_CHUNK_TIMES);
        LogStream.Chunk chunk = timed.chunk();
        List<Reply.LogTime> times = timed.times().stream()
                .map(time -> new Reply.LogTime(time.offset(), time.atMillis()))
                .toList();
        return new Reply.LogChunk(chunk.offset(), chunk.data(), chunk.end(), times);
    }

    private static Reply place(LogStream stream, Request.FindLog request) throws IOException {
        LogSearch search = new LogSearch(stream, Limits.MAX_TAIL_BYTES);
        boolean tail = request.tailLines() != Request.FindLog.ALL;
        LogSearch.Place place = tail ? search.tail(request.tailLines()) : new LogSearch.Place(stream.head(), 0);
        if (request.sinceMillis() > 0) {
            LogSearch.Place since = search.since(request.sinceMillis());
            place = since.offset() > place.offset() ? since : place;
        }
        return new Reply.LogPlace(place.offset(), tail ? place.lines() : 0, stream.head(), stream.end());
    }

    private interface Reading {
        Reply read() throws IOException;
    }

    private static Reply told(Reading reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
