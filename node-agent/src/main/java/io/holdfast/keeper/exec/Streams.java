package io.holdfast.keeper.exec;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Poller;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.log.LogStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sessions of a keeper. Thread-safe. */
public final class Streams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    /** How long a closing keeper waits for killed programs to be gone. */
    private static final long CLOSE_MILLIS = 5_000;

    private static final long REAP_RETRY_MILLIS = 5;

    final Syscalls syscalls;
    final Poller poller;
    final Readiness readiness;

    /** For every read and write of every session: they happen on one thread, one after another. */
    final Memory buffer = Memory.allocate(ExecFrames.MAX_DATA_BYTES);

    /** Only on the sessions' thread. */
    private final Set<ExecSession> sessions = new LinkedHashSet<>();

    private final Set<AttachSession> attached = new LinkedHashSet<>();
    private final Set<Terminal> terminals = new LinkedHashSet<>();

    public Streams(Syscalls syscalls) throws IOException {
        this.syscalls = syscalls;
        this.poller = new Poller(syscalls, "keeper-exec");
        try {
            this.readiness = new Readiness(poller::execute, "keeper-exec-sockets");
        } catch (IOException e) {
            poller.close();
            throw e;
        }
    }

    /**
     * Takes over an executed program with all its descriptors, and waits for its end.
     *
     * @param toExit told how it ended, empty where nobody saw it, on the sessions' thread: does not block
     * @param onOver told once, when nothing of it is left
     */
    public PendingStream exec(Program program, Function<Optional<ChildExit>, Reply.Exit> toExit, Runnable onOver)
            throws ErrnoException {
        ExecSession session = new ExecSession(this, program, toExit, onOver);
        poller.execute(() -> {
            sessions.add(session);
            session.watch();
        });
        return new PendingStream() {
            @Override
            public Reply.ExecStarted reply() {
                return new Reply.ExecStarted(program.pid(), ExecSession.INPUT_WINDOW_BYTES);
            }

            @Override
            public void begin(SocketChannel channel) {
                poller.execute(() -> session.begin(channel));
            }

            @Override
            public void abandon() {
                poller.execute(session::hangUp);
            }
        };
    }

    /** One stream of a container, from a byte since its start. */
    public record From(LogStream stream, long offset) {}

    /**
     * The container that a client attaches to.
     *
     * @param terminal its program's, where it has one
     * @param ended done when it has ended
     * @param signal sends one to its first process; does not block
     * @param reads threads that read logs
     */
    public record Attached(
            int pid,
            Optional<From> stdout,
            Optional<From> stderr,
            Optional<Terminal> terminal,
            CompletableFuture<Reply.Exit> ended,
            IntConsumer signal,
            Executor reads) {}

    /** @param onOver told once, when the client is gone or has been told the container's end */
    public PendingStream attach(Attached container, Runnable onOver) {
        AttachSession session = new AttachSession(this, container, onOver);
        poller.execute(() -> attached.add(session));
        return new PendingStream() {
            @Override
            public Reply.ExecStarted reply() {
                return new Reply.ExecStarted(
                        container.pid(), container.terminal().isPresent() ? ExecSession.INPUT_WINDOW_BYTES : 0);
            }

            @Override
            public void begin(SocketChannel channel) {
                poller.execute(() -> session.begin(channel));
            }

            @Override
            public void abandon() {
                poller.execute(session::release);
            }
        };
    }

    /**
     * Takes over the terminal of a container's program.
     *
     * @param container its id, by which {@link #leave} names it
     * @param master non-blocking
     * @param log a descriptor that its output is written to, non-blocking
     */
    public Terminal terminal(String container, int master, int log) throws ErrnoException {
        Terminal terminal = new Terminal(this, container, master, log);
        poller.execute(() -> {
            terminals.add(terminal);
            terminal.start();
        });
        return terminal;
    }

    void forget(Terminal terminal) {
        terminals.remove(terminal);
    }

    void forget(AttachSession session) {
        attached.remove(session);
    }

    Input input(int fd) {
        return new Input(syscalls, poller, buffer, fd);
    }

    void forget(ExecSession session) {
        sessions.remove(session);
    }

    /**
     * Before {@link #close}, where a successor in this very process is to go on with the terminals: moves what was read of them
     * into the logs and lets go of them.
     *
     * @return the masters by their containers, the caller's from now on
     */
    public Map<String, Integer> leave() {
        CompletableFuture<Map<String, Integer>> left = new CompletableFuture<>();
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        poller.execute(() -> leave(new TreeMap<>(), endNanos, left));
        try {
            return left.get(2 * CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("terminals are not handed over: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.of();
    }

    private void leave(Map<String, Integer> masters, long endNanos, CompletableFuture<Map<String, Integer>> left) {
        boolean late = System.nanoTime() - endNanos > 0;
        for (Terminal terminal : List.copyOf(terminals)) {
            terminal.leave(late).ifPresent((int master) -> masters.put(terminal.container(), master));
        }
        if (terminals.isEmpty()) {
            left.complete(masters);
        } else {
            poller.schedule(REAP_RETRY_MILLIS, () -> leave(masters, endNanos, left));
        }
    }

    /**
     * Kills every program of a session and takes its status: a program whose parent is here and does not wait would keep its
     * container's pid namespace, and with it the container, from ending.
     */
    @Override
    public void close() throws IOException {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        poller.execute(() -> {
            List.copyOf(attached).forEach(AttachSession::close);
            List.copyOf(terminals).forEach(Terminal::close);
            List.copyOf(sessions).forEach(ExecSession::kill);
            reapAll(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS), closed);
        });
        try {
            closed.get(2 * CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("sessions are not closed: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        readiness.close();
        poller.close();
    }

    private void reapAll(long endNanos, CompletableFuture<Void> closed) {
        List.copyOf(sessions).forEach(ExecSession::reap);
        if (sessions.isEmpty() || System.nanoTime() - endNanos > 0) {
            if (!sessions.isEmpty()) {
                LOG.warn("{} killed programs are still there", sessions.size());
            }
            closed.complete(null);
        } else {
            poller.schedule(REAP_RETRY_MILLIS, () -> reapAll(endNanos, closed));
        }
    }
}
