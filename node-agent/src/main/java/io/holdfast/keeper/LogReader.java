package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.log.LogStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The verb {@code read-log}. Waiting holds no thread; reading happens on a reading thread. */
final class LogReader {
    private final Core core;

    LogReader(Core core) {
        this.core = core;
    }

    CompletableFuture<Reply> read(Request.ReadLog request) throws RefusedException {
        Checks.id("container", request.id());
        if (!"stdout".equals(request.stream()) && !"stderr".equals(request.stream())) {
            throw RefusedException.badRequest("stream %s is neither stdout nor stderr", request.stream());
        }
        Checks.between("offset", request.offset(), 0, Long.MAX_VALUE);
        Checks.between("maxBytes", request.maxBytes(), 1, Integer.MAX_VALUE);
        Checks.between("waitMillis", request.waitMillis(), 0, Limits.MAX_READ_WAIT_MILLIS);
        LogStream stream = core.registry().container(request.id()).log(request.stream());
        if (stream == null) {
            throw RefusedException.notFound("container %s has no %s", request.id(), request.stream());
        }
        int maxBytes = Math.min(request.maxBytes(), Limits.MAX_READ_BYTES);
        CompletableFuture<Void> readable = stream.readable(request.offset());
        if (!readable.isDone()) {
            readable.completeOnTimeout(null, request.waitMillis(), TimeUnit.MILLISECONDS);
        }
        return readable.thenApplyAsync(nothing -> chunk(stream, request.offset(), maxBytes), core.reads());
    }

    private static Reply chunk(LogStream stream, long offset, int maxBytes) {
        try {
            LogStream.Chunk chunk = stream.read(offset, maxBytes);
            return new Reply.LogChunk(chunk.offset(), chunk.data(), chunk.end());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
