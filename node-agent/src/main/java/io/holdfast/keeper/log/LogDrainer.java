package io.holdfast.keeper.log;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Poller;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the output of all containers of the node into their files. Thread-safe; one thread of its own. */
public final class LogDrainer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogDrainer.class);

    /** How long a stream rests after an error of its disk; its pipe fills meanwhile and slows the writer. */
    private static final long DISK_ERROR_PAUSE_MILLIS = 1_000;

    /** How much of an ended container's pipe is still moved: more than any pipe holds (fs.pipe-max-size is 1 MiB). */
    private static final int MAX_FINAL_TURNS = 64;

    /**
     * Owner reads and writes, all others inside may write: a program that has dropped its rights can still open
     * /dev/stdout. Nobody outside reaches the file, its directory is closed.
     */
    private static final int FIFO_MODE = 0622;

    private final Syscalls syscalls;
    private final LongSupplier epochMillis;
    private final Poller poller;

    /** Only on the poller's thread. */
    private final Map<LogStream, Pipe> pipes = new HashMap<>();

    private boolean ended;

    /** @param epochMillis the time of day */
    public LogDrainer(Syscalls syscalls, LongSupplier epochMillis) throws ErrnoException {
        this.syscalls = syscalls;
        this.epochMillis = epochMillis;
        this.poller = new Poller(syscalls, "keeper-logs");
    }

    /**
     * Where a stream's pieces lie.
     *
     * @param fifo the FIFO's path
     * @param directory of the segments; made with the first byte
     * @param name {@code stdout} or {@code stderr}
     * @param maxBytes the bound on what is kept
     */
    public record Place(Path fifo, Path directory, String name, long maxBytes) {}

    /** A stream that is being drained, and the descriptor for the container: the caller closes it after the launch. */
    public record Opened(LogStream stream, int containerFd) {}

    /** Makes the FIFO, owned by the container's user, and drains it from now on. A failure leaves no FIFO behind. */
    public Opened create(Place place, int uid, int gid) throws IOException {
        syscalls.mkfifo(place.fifo().toString(), FIFO_MODE, uid, gid);
        try {
            // the container's end first: from now on there is a writer, and no read can take its absence for the end
            int containerFd = syscalls.open(place.fifo().toString(), Syscalls.O_RDWR, 0);
            try {
                // its end cannot have come yet, so the poll will not miss it
                return new Opened(follow(place, pipe -> {}), containerFd);
            } catch (IOException | RuntimeException e) {
                syscalls.close(containerFd);
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(place.fifo());
            throw e;
        }
    }

    /** Returns to the FIFO of a container that an earlier keeper started. */
    public LogStream adopt(Place place) throws IOException {
        // poll(2) is silent on a FIFO whose last writer left before it was opened: only a read finds that end
        return follow(place, this::drain);
    }

    private LogStream follow(Place place, Consumer<Pipe> first) throws IOException {
        LogStream stream = new LogStream(new Segments(place.directory(), place.name(), place.maxBytes()), false);
        int fd = syscalls.raise(syscalls.open(place.fifo().toString(), Syscalls.O_RDONLY | Syscalls.O_NONBLOCK, 0));
        Pipe pipe = new Pipe(syscalls, fd, stream, epochMillis);
        poller.execute(() -> {
            pipes.put(stream, pipe);
            watch(pipe);
            first.accept(pipe);
        });
        return stream;
    }

    /** The container has ended: moves what is left in the pipe, then ends the stream. Unknown streams are fine. */
    public CompletableFuture<Void> finish(LogStream stream) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        poller.execute(() -> {
            Pipe pipe = pipes.get(stream);
            if (pipe != null) {
                drainRest(pipe);
                end(pipe);
            }
            stream.conclude();
            done.complete(null);
        });
        return done;
    }

    private void drain(Pipe pipe) {
        try {
            Pipe.State state = pipe.move();
            if (state == Pipe.State.ENDED) {
                end(pipe);
            } else if (state == Pipe.State.FAST) {
                rest(pipe, Pipe.WINDOW_MILLIS);
            }
        } catch (IOException e) {
            LOG.warn("log stream rests for {} ms: {}", DISK_ERROR_PAUSE_MILLIS, e.getMessage());
            rest(pipe, DISK_ERROR_PAUSE_MILLIS);
        }
    }

    /** Its pipe fills meanwhile and holds the writer up. */
    private void rest(Pipe pipe, long millis) {
        poller.forget(pipe.fifo);
        poller.schedule(millis, () -> {
            if (pipes.containsKey(pipe.stream)) {
                watch(pipe);
            }
        });
    }

    private void watch(Pipe pipe) {
        poller.watch(pipe.fifo, events -> {
            if ((events & (Syscalls.POLLIN | Syscalls.POLLHUP)) == Syscalls.POLLHUP) {
                end(pipe); // empty, and nobody holds the container's end: a file is not opened for that
            } else {
                drain(pipe);
            }
        });
    }

    private void drainRest(Pipe pipe) {
        try {
            Pipe.State state = pipe.isEmpty() ? Pipe.State.EMPTY : Pipe.State.MORE;
            for (int turn = 0;
                    turn < MAX_FINAL_TURNS && (state == Pipe.State.MORE || state == Pipe.State.FAST);
                    turn++) {
                state = pipe.move();
            }
        } catch (IOException e) {
            LOG.warn("the last output of a container is lost: {}", e.getMessage());
        }
    }

    private void end(Pipe pipe) {
        poller.forget(pipe.fifo);
        pipes.remove(pipe.stream);
        try {
            pipe.close();
        } catch (ErrnoException e) {
            LOG.warn("cannot close a log stream: {}", e.getMessage());
        }
        pipe.stream.conclude();
    }

    /**
     * Stops draining and leaves all FIFOs open, for a successor in this process to close once it has opened them anew: what stands
     * in the pipe of a container that ends meanwhile lives as long as somebody has it open.
     *
     * @return their descriptors
     */
    public List<Integer> leave() {
        List<Integer> left = new ArrayList<>();
        end(pipe -> {
            pipe.leave();
            left.add(pipe.fifo);
        });
        return left;
    }

    /** Lets go of all FIFOs; containers keep theirs, and a later drainer returns to them. */
    @Override
    public void close() {
        end(Pipe::close);
    }

    private interface Closing {
        void close(Pipe pipe) throws ErrnoException;
    }

    private void end(Closing closing) {
        if (ended) {
            return;
        }
        ended = true;
        CompletableFuture<Void> closed = new CompletableFuture<>();
        poller.execute(() -> {
            pipes.values().forEach(pipe -> {
                poller.forget(pipe.fifo);
                try {
                    closing.close(pipe);
                } catch (ErrnoException e) {
                    LOG.warn("cannot close a log stream: {}", e.getMessage());
                }
            });
            pipes.clear();
            closed.complete(null);
        });
        closed.join();
        poller.close();
    }
}
