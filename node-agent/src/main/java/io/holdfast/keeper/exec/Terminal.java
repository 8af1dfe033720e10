package io.holdfast.keeper.exec;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terminal of a container's own program: what is said on it goes into the container's log, by the FIFO that its standard output
 * would be without a terminal. A full FIFO holds the program up. It lives as long as the keeper's process: a keeper that is killed
 * hangs it up, as the kernel does when the master's last descriptor is closed; one that executes its new self {@linkplain #leave
 * leaves} it open.
 *
 * <p>Thread-safe: everything happens on the sessions' thread.
 */
public final class Terminal {
    private static final Logger LOG = LoggerFactory.getLogger(Terminal.class);

    /** How long to wait for the program to open its terminal again when it has closed it everywhere. */
    private static final long REOPEN_MILLIS = 200;

    private final Streams streams;
    private final Syscalls syscalls;
    private final int master;
    private final int log;
    private final Input input;
    private ByteBuffer unwritten = ByteBuffer.allocate(0);
    private CompletableFuture<Void> finishing;
    private CompletableFuture<Integer> leaving;
    private boolean closed;

    Terminal(Streams streams, int master, int log) throws ErrnoException {
        this.streams = streams;
        this.syscalls = streams.syscalls;
        this.master = master;
        this.log = log;
        this.input = streams.input(syscalls.duplicate(master));
    }

    void start() {
        streams.poller.watch(master, events -> readable());
    }

    /** On the sessions' thread. */
    void type(ByteBuffer bytes, IntConsumer taken) {
        input.add(bytes, taken);
    }

    /** On the sessions' thread. */
    void resize(int rows, int columns) throws ErrnoException {
        if (!closed) {
            syscalls.setWindowSize(master, rows, columns);
        }
    }

    /** Moves what is left when the program has ended, and closes. */
    public CompletableFuture<Void> finish() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        streams.poller.execute(() -> {
            if (closed) {
                done.complete(null);
                return;
            }
            finishing = done;
            streams.poller.forget(master);
            if (!unwritten.hasRemaining()) {
                readable();
            }
        });
        return done;
    }

    /**
     * Moves what was read, and lets go of all but the master: the caller's to hand on.
     *
     * @return its descriptor, or a failure where it is closed
     */
    public CompletableFuture<Integer> leave() {
        CompletableFuture<Integer> left = new CompletableFuture<>();
        streams.poller.execute(() -> {
            if (closed) {
                left.completeExceptionally(new IllegalStateException("the terminal is closed"));
                return;
            }
            leaving = left;
            streams.poller.forget(master);
            if (!unwritten.hasRemaining()) {
                close();
            }
        });
        return left;
    }

    private void readable() {
        // a program that has ended may have left more than one buffer
        do {
            if (!read()) {
                return;
            }
        } while (finishing != null && !closed);
    }

    /** Whether to read on. */
    private boolean read() {
        int read;
        try {
            read = syscalls.read(master, streams.buffer);
        } catch (ErrnoException e) {
            read = e.errno() == Errno.EAGAIN ? -1 : 0;
        }
        if (read <= 0 && finishing != null) {
            close();
        } else if (read == 0) {
            // EIO: nobody has the other side open; its hang-up would be told again and again
            streams.poller.forget(master);
            streams.poller.schedule(REOPEN_MILLIS, this::watchAgain);
        } else if (read > 0) {
            byte[] bytes = new byte[read];
            streams.buffer.getBytes(0, bytes, 0, read);
            unwritten = ByteBuffer.wrap(bytes);
            return flush();
        }
        return false;
    }

    private void watchAgain() {
        if (!closed && finishing == null && leaving == null && !unwritten.hasRemaining()) {
            streams.poller.watch(master, events -> readable());
        }
    }

    /** Whether all was written. */
    private boolean flush() {
        while (unwritten.hasRemaining()) {
            streams.buffer.putBytes(0, unwritten.array(), unwritten.position(), unwritten.remaining());
            try {
                int written = (int) syscalls.kernel().call(Call.WRITE, log, streams.buffer, unwritten.remaining());
                unwritten.position(unwritten.position() + written);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.EAGAIN) {
                    streams.poller.forget(master);
                    streams.poller.watch(log, Syscalls.POLLOUT, events -> flushed());
                    return false;
                }
                if (e.errno() != Errno.EINTR) {
                    LOG.warn("the output of a terminal is lost: {}", e.getMessage());
                    unwritten.position(unwritten.limit());
                }
            }
        }
        return true;
    }

    private void flushed() {
        if (!flush()) {
            return;
        }
        streams.poller.forget(log);
        if (leaving != null) {
            close();
        } else if (finishing == null) {
            watchAgain();
        } else {
            readable();
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        streams.poller.forget(master);
        streams.poller.forget(log);
        input.close();
        Descriptors.close(syscalls, log);
        streams.forget(this);
        if (leaving != null) {
            leaving.complete(master);
            return;
        }
        Descriptors.close(syscalls, master);
        if (finishing != null) {
            finishing.complete(null);
        }
    }
}
