package io.holdfast.keeper;

import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Namespaces of sandboxes made ahead, pinned and with their range of ids: a new network namespace alone takes the kernel most of a
 * millisecond. They are of the common kind, all of a sandbox's own, with a user namespace or without; of each kind some are made as
 * soon as one was asked for. They bear no record: those that a killed keeper leaves are cleared by the next. Thread-safe.
 */
final class Spares implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

    /** The first container names the host when it is known. */
    private static final String HOSTNAME = "spare";

    private final Path directory;
    private final Launcher launcher;
    private final Syscalls syscalls;
    private final IdRanges ids;
    private final ExecutorService threads;
    private final Lulls lulls;
    private final Shelf mapped = new Shelf(true, this::fill);
    private final Shelf unmapped = new Shelf(false, this::fill);
    private long made;
    private boolean closed;

    /** @param pins a directory as a sandbox's pins are in; the taker's from now on, with the ids */
    record Spare(Path pins, IdRange ids) {}

    private static final class Shelf {
        private final boolean userNamespace;
        private final Runnable filler;
        private final BlockingQueue<Spare> ready = new ArrayBlockingQueue<>(Limits.SPARES);
        /** Completed while nothing is being made. */
        private CompletableFuture<Void> filled = CompletableFuture.completedFuture(null);

        Shelf(boolean userNamespace, Consumer<Shelf> filler) {
            this.userNamespace = userNamespace;
            this.filler = () -> filler.accept(this);
        }
    }

    /**
     * @param directory below the run directory; what lies there goes
     * @param threads where they are made: in a lull, and at once when none is left
     */
    Spares(Path directory, Launcher launcher, Syscalls syscalls, IdRanges ids, ExecutorService threads, Lulls lulls)
            throws IOException {
        this.lulls = lulls;
        this.directory = directory;
        this.launcher = launcher;
        this.syscalls = syscalls;
        this.ids = ids;
        this.threads = threads;
        clear();
        Files.createDirectory(directory);
    }

    /** Empty where none is ready: then the caller makes its own. */
    Optional<Spare> take(boolean userNamespace) {
        Shelf shelf = userNamespace ? mapped : unmapped;
        Spare spare = shelf.ready.poll();
        if (spare == null) {
            try {
                threads.execute(shelf.filler);
            } catch (RejectedExecutionException e) {
                LOG.debug("no spare namespaces are made any more: the keeper closes");
            }
        } else {
            lulls.putOff(shelf.filler);
        }
        return Optional.ofNullable(spare);
    }

    /** Of a sandbox that came to nothing. */
    void discard(Spare spare) throws IOException {
        try {
            launcher.removeSandbox(spare.pins());
        } catch (LaunchException e) {
            throw new IOException("spare namespaces %s: %s".formatted(spare.pins(), e.getMessage()), e);
        }
        TreeRemover.remove(spare.pins(), syscalls);
        if (!spare.ids().equals(IdRange.HOST)) {
            ids.release(spare.ids());
        }
    }

    private void fill(Shelf shelf) {
        synchronized (this) {
            if (closed || !shelf.filled.isDone()) {
                return;
            }
            shelf.filled = new CompletableFuture<>();
        }
        try {
            while (makeOne(shelf)) {
                continue;
            }
        } catch (IOException | LaunchException | RefusedException e) {
            // the sandbox that needs its own will say so
            LOG.warn("namespaces cannot be made ahead: {}", e.getMessage());
        } finally {
            shelf.filled.complete(null);
        }
    }

    /** Whether there may be room for another. */
    private boolean makeOne(Shelf shelf) throws IOException, LaunchException, RefusedException {
        Path pins;
        synchronized (this) {
            if (closed || shelf.ready.remainingCapacity() == 0) {
                return false;
            }
            pins = directory.resolve(Long.toString(made++));
        }
        if (shelf.userNamespace && ids.free() < Limits.SPARE_ID_RANGES) {
            return false; // they are for sandboxes
        }
        IdRange range = shelf.userNamespace ? ids.allocate() : IdRange.HOST;
        Spare spare = new Spare(pins, range);
        try {
            Files.createDirectory(pins);
            launcher.createSandbox(new SandboxPlan(pins, HOSTNAME, "private", range));
        } catch (IOException | LaunchException | RuntimeException e) {
            discard(spare);
            throw e;
        }
        shelf.ready.add(spare);
        return true;
    }

    /** What an earlier keeper left. */
    private void clear() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path pins : left) {
                discard(new Spare(pins, IdRange.HOST));
            }
        }
        TreeRemover.remove(directory, syscalls);
    }

    /** Waits for what is being made, and removes all that nobody took. */
    @Override
    public void close() throws IOException {
        CompletableFuture<Void> filled;
        synchronized (this) {
            closed = true;
            filled = CompletableFuture.allOf(mapped.filled, unmapped.filled);
        }
        filled.completeOnTimeout(null, Limits.CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        clear();
    }
}
