package io.holdfast.keeper.exec;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terminal of a container's own program: what is said on it goes into the container's log, by the FIFO that its standard output
 * would be without a terminal. A full FIFO holds the program up. It lives as long as the keeper: a keeper that is killed hangs it up,
 * as the kernel does when the master's last descriptor is closed.
 *
 * <p>Thread-safe: everything happens on the sessions' thread.
 */
public final class Terminal {
    private static final Logger LOG = LoggerFactory.getLogger(Terminal.class);

    /** How long to wait for the program to open its terminal again when it has closed it everywhere. */
    private static final long REOPEN_MILLIS = 200;

    private final Streams streams;
    private final String container;
    private final Syscalls syscalls;
    private final int master;
    private final int log;
    private final Input input;
    private ByteBuffer unwritten = ByteBuffer.allocate(0);
    private CompletableFuture<Void> finishing;
    private boolean leaving;
    private boolean closed;

    Terminal(Streams streams, String container, int master, int log) throws ErrnoException {
        this.streams = streams;
        this.container = container;
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
        if (leaving) {
            streams.poller.forget(master);
            return false;
        }
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
        if (!closed && !leaving && finishing == null && !unwritten.hasRemaining()) {
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
        if (finishing == null) {
            watchAgain();
        } else {
            readable();
        }
    }

    String container() {
        return container;
    }

    /**
     * Lets go of the master, to be read on by another, once what was read of it is in the log. Reads no more.
     *
     * @param late whether to wait for that no longer
     * @return the master; empty while there is still something to write, and where it is closed
     */
    OptionalInt leave(boolean late) {
        leaving = true;
        if (closed || unwritten.hasRemaining() && !late) {
            return OptionalInt.empty();
        }
        closed = true;
        streams.poller.forget(master);
        streams.poller.forget(log);
        input.close();
        Descriptors.close(syscalls, log);
        streams.forget(this);
        return OptionalInt.of(master);
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        streams.poller.forget(master);
        streams.poller.forget(log);
        input.close();
        Descriptors.close(syscalls, master);
        Descriptors.close(syscalls, log);
        streams.forget(this);
        if (finishing != null) {
            finishing.complete(null);
        }
    }
}
