package io.holdfast.keeper.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is kept of one stream of one container: read by anyone, written by the drainer. Thread-safe. */
public final class LogStream {

    /**
     * @param offset of the first byte of {@code data}
     * @param end whether the stream has ended and nothing follows {@code data}
     */
    public record Chunk(long offset, byte[] data, boolean end) {}

    /** Bytes from the offset on were written at this time, in milliseconds since 1970, until the next. */
    public record Time(long offset, long atMillis) {}

    /** @param times the first for the first byte */
    public record TimedChunk(Chunk chunk, List<Time> times) {}

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

    /** As {@link #read}, with the times of the bytes; of fewer bytes where they have more than {@code maxTimes}. */
    public TimedChunk readTimed(long offset, int maxBytes, int maxTimes) throws IOException {
        Chunk chunk = read(offset, maxBytes);
        if (chunk.data().length == 0) {
            return new TimedChunk(chunk, List.of());
        }
        long first;
        synchronized (this) {
            first = segments.segmentOf(chunk.offset());
        }
        List<Time> times = new ArrayList<>();
        long[] cut = {chunk.offset() + chunk.data().length};
        TimeMarks.read(segments.times(first), first, mark -> {
            Time time = new Time(Math.max(mark.offset(), chunk.offset()), mark.atMillis());
            if (!times.isEmpty() && times.get(times.size() - 1).offset() == time.offset()) {
                times.remove(times.size() - 1); // before the chunk, or overtaken by a later one at the same place
            }
            if (mark.offset() < cut[0] && times.size() == maxTimes) {
                cut[0] = mark.offset();
            }
            if (mark.offset() >= cut[0]) {
                return false;
            }
            times.add(time);
            return true;
        });
        if (times.isEmpty()) {
            times.add(new Time(chunk.offset(), segments.changedMillis(first)));
        }
        int length = (int) (cut[0] - chunk.offset());
        return length == chunk.data().length
                ? new TimedChunk(chunk, times)
                : new TimedChunk(new Chunk(chunk.offset(), Arrays.copyOf(chunk.data(), length), false), times);
    }

    /** Offset of the first byte that is kept. */
    public synchronized long head() {
        return segments.head();
    }

    /** Offset behind the last byte. */
    public synchronized long end() {
        return segments.end();
    }

    /** Offset of the first byte that was written at this time or later; the end where there is none. */
    long since(long millis) throws IOException {
        List<Long> firsts;
        synchronized (this) {
            firsts = segments.firsts();
        }
        for (long first : firsts) {
            Time[] found = new Time[1];
            TimeMarks.read(segments.times(first), first, mark -> {
                found[0] = new Time(mark.offset(), mark.atMillis());
                return mark.atMillis() < millis;
            });
            if (found[0] == null ? segments.changedMillis(first) >= millis : found[0].atMillis() >= millis) {
                return found[0] == null ? first : found[0].offset();
            }
        }
        return end();
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

    /**
     * Where the next bytes go and how many; begins a new segment where the last is full.
     *
     * @param timeBytes the length of the last segment's times
     */
    synchronized Target target(long timeBytes) throws IOException {
        boolean rolled = false;
        if (segments.room(timeBytes) <= 0) {
            segments.roll();
            rolled = true;
        }
        long first = segments.last();
        return new Target(
                segments.file(first),
                segments.times(first),
                first,
                segments.end(),
                segments.room(rolled ? 0 : timeBytes),
                rolled);
    }

    /** @param offset of the next byte */
    record Target(Path file, Path times, long first, long offset, long room, boolean rolled) {}

    void wrote(long bytes) {
        synchronized (this) {
            segments.wrote(bytes);
        }
        wakeReaders();
    }

    /** Nothing more will come. */
    void conclude() {
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
