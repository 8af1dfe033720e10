package io.holdfast.keeper.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is kept of one stream of one container: read by anyone, written by the drainer. Thread-safe. */
public final class LogStream {

    /**
     * @param offset of the first byte of {@code data}
     * @param end whether the stream has ended and nothing follows {@code data}
     */
    public record Chunk(long offset, byte[] data, boolean end) {}

    private record Waiter(long offset, CompletableFuture<Void> done) {}

    /** A reader that loses its segment to the bound starts again at the new head: so often, then it gets what is left. */
    private static final int MAX_HEAD_MOVES = 8;

    private final Segments segments;
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean ended;

    LogStream(Segments segments, boolean ended) {
        this.segments = segments;
        this.ended = ended;
    }

    /** A stream whose container has ended: nothing more will come. */
    public static LogStream ended(Path directory, String stream, long maxBytes) throws IOException {
        return new LogStream(new Segments(directory, stream, maxBytes), true);
    }

    /** Reads from the offset, or from what is kept first where the offset was dropped already. Does not wait. */
    public Chunk read(long offset, int maxBytes) throws IOException {
        for (int move = 0; ; move++) {
            long from;
            long first;
            synchronized (this) {
                from = Math.max(offset, segments.head());
                if (from >= segments.end()) {
                    return new Chunk(from, new byte[0], ended);
                }
                first = segments.segmentOf(from);
            }
            try {
                byte[] data = segments.read(first, from, maxBytes);
                synchronized (this) {
                    return new Chunk(from, data, ended && from + data.length >= segments.end());
                }
            } catch (NoSuchFileException e) {
                if (move == MAX_HEAD_MOVES) {
                    throw e;
                }
            }
        }
    }

    /** Done once there is a byte at the offset or the stream has ended. Completed on the drainer's thread: hop off it. */
    public synchronized CompletableFuture<Void> readable(long offset) {
        if (ended || segments.end() > offset) {
            return CompletableFuture.completedFuture(null);
        }
        Waiter waiter = new Waiter(offset, new CompletableFuture<>());
        waiters.add(waiter);
        // a caller that no longer waits completes it itself
        waiter.done().whenComplete((nothing, error) -> forget(waiter));
        return waiter.done();
    }

    /** Where the next byte will stand, since the container's start. */
    public synchronized long endOffset() {
        return segments.end();
    }

    public synchronized boolean hasEnded() {
        return ended;
    }

    private synchronized void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Where the next bytes go and how many; begins a new segment where the last is full. */
    synchronized Target target() throws IOException {
        boolean rolled = false;
        if (segments.room() <= 0) {
            segments.roll();
            rolled = true;
        }
        return new Target(segments.last(), segments.room(), rolled);
    }

    record Target(Path file, long room, boolean rolled) {}

    void wrote(long bytes) {
        synchronized (this) {
            segments.wrote(bytes);
        }
        wakeReaders();
    }

    void end() {
        synchronized (this) {
            ended = true;
        }
        wakeReaders();
    }

    private void wakeReaders() {
        List<Waiter> ready;
        synchronized (this) {
            if (waiters.isEmpty()) {
                return;
            }
            ready = waiters.stream()
                    .filter(waiter -> ended || segments.end() > waiter.offset())
                    .toList();
        }
        // outside the lock: completion runs foreign code
        ready.forEach(waiter -> waiter.done().complete(null));
    }
}
