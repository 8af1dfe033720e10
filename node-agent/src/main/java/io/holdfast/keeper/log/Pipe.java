package io.holdfast.keeper.log;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.util.function.LongSupplier;

/** The keeper's end of one FIFO and the segment that it flows into. On the drainer's thread only. */
final class Pipe {
    /** What one stream may move before the others have their turn: a full pipe, twice. */
    static final int TURN_BYTES = 128 << 10;

    /** A stream's pace, about 32 MiB/s: a program that only writes must not make the drainer eat a core. */
    static final long WINDOW_MILLIS = 50;

    static final long MAX_WINDOW_BYTES = (32L << 20) * WINDOW_MILLIS / 1000;

    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;
    private static final int SEEK_END = 2;
    private static final int NONE = -1;

    enum State {
        /** All that was there has been moved. */
        EMPTY,
        /** More may be there; the others first. */
        MORE,
        /** It has moved what a stream may in one window. */
        FAST,
        /** Nobody holds the container's end any more. */
        ENDED
    }

    final int fifo;
    final LogStream stream;
    private final Syscalls syscalls;
    private final LongSupplier epochMillis;
    private int file = NONE;
    private TimeWriter times;
    private long windowStartNanos = System.nanoTime();
    private long windowBytes;

    /** @param epochMillis the time of day */
    Pipe(Syscalls syscalls, int fifo, LogStream stream, LongSupplier epochMillis) {
        this.syscalls = syscalls;
        this.epochMillis = epochMillis;
        this.fifo = fifo;
        this.stream = stream;
    }

    /** Whether no byte stands in it now. */
    boolean isEmpty() throws ErrnoException {
        return syscalls.readableBytes(fifo) == 0;
    }

    /** Moves at most {@link #TURN_BYTES}. An error of the disk (ENOSPC) leaves the bytes in the pipe. */
    State move() throws IOException {
        State state = moveTurn();
        if (state == State.ENDED || windowBytes < MAX_WINDOW_BYTES) {
            return state;
        }
        boolean fast = System.nanoTime() - windowStartNanos < WINDOW_MILLIS * 1_000_000;
        windowStartNanos = System.nanoTime();
        windowBytes = 0;
        return fast ? State.FAST : state;
    }

    private State moveTurn() throws IOException {
        long left = TURN_BYTES;
        while (left > 0) {
            LogStream.Target target = stream.target(times == null ? 0 : times.bytes());
            if (target.rolled() || file == NONE) {
                open(target);
            }
            // before the bytes: whatever ends this process in between, none is without its time
            times.mark(target.offset(), epochMillis.getAsLong());
            long moved;
            try {
                moved = syscalls.kernel()
                        .call(
                                Call.SPLICE,
                                fifo,
                                0,
                                file,
                                0,
                                Math.min(left, target.room()),
                                SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return State.EMPTY;
                }
                if (e.errno() == Errno.EINTR) {
                    continue;
                }
                throw e;
            }
            if (moved == 0) {
                return State.ENDED;
            }
            stream.wrote(moved);
            left -= moved;
            windowBytes += moved;
        }
        return State.MORE;
    }

    private void open(LogStream.Target target) throws IOException {
        closeFiles();
        times = TimeWriter.open(syscalls, target.times(), target.first());
        // not O_APPEND, which splice refuses
        file = syscalls.open(target.file().toString(), Syscalls.O_WRONLY, 0);
        syscalls.kernel().call(Call.LSEEK, file, 0, SEEK_END);
    }

    private void closeFiles() throws ErrnoException {
        if (times != null) {
            TimeWriter closing = times;
            times = null;
            closing.close();
        }
        if (file != NONE) {
            int closing = file;
            file = NONE;
            syscalls.close(closing);
        }
    }

    void close() throws ErrnoException {
        closeFiles();
        syscalls.close(fifo);
    }

    /** Lets go of the files and leaves the FIFO open, with what stands in it. */
    void leave() throws ErrnoException {
        closeFiles();
    }
}
