package io.holdfast.keeper;

import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Container directories made ahead. Making one takes five mkdir(2) of a disk's file system, 0.1 to 0.2 ms each; giving one its name
 * is one rename(2). Those that were not taken are nobody's: the next keeper clears them. Thread-safe.
 */
final class Blanks {
    private static final Logger LOG = LoggerFactory.getLogger(Blanks.class);

    private final Path directory;
    private final Launcher launcher;
    private final ExecutorService threads;
    private final Lulls lulls;
    private final Runnable filler = this::fill;
    private final BlockingQueue<Path> ready = new ArrayBlockingQueue<>(Limits.BLANKS);
    private final AtomicBoolean filling = new AtomicBoolean();
    /** Only by the one that fills. */
    private long made;

    /**
     * @param directory on the file system of the containers' directories; what lies there goes
     * @param threads where they are made: in a lull, and at once when none is left
     */
    Blanks(Path directory, Launcher launcher, Syscalls syscalls, ExecutorService threads, Lulls lulls)
            throws IOException {
        this.lulls = lulls;
        this.directory = directory;
        this.launcher = launcher;
        this.threads = threads;
        TreeRemover.remove(directory, syscalls);
        Files.createDirectory(directory);
        syscalls.spreadSubdirectories(directory.toString());
        fillNow();
    }

    /** Makes a container's directory with all that a launch expects in it: from a blank where one is ready. */
    void become(Path containerData) throws IOException {
        Path blank = ready.poll();
        if (blank == null) {
            fillNow();
            Files.createDirectory(containerData);
            furnish(containerData);
        } else {
            lulls.putOff(filler);
            Files.move(blank, containerData, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void fillNow() {
        try {
            threads.execute(filler);
        } catch (RejectedExecutionException e) {
            LOG.debug("no blanks are made any more: the keeper closes");
        }
    }

    private void fill() {
        if (!filling.compareAndSet(false, true)) {
            return;
        }
        try {
            while (ready.remainingCapacity() > 0) {
                Path blank = Files.createDirectory(directory.resolve(Long.toString(made++)));
                furnish(blank);
                ready.add(blank);
            }
        } catch (IOException e) {
            // a full disk, perhaps; the launch that needs a directory will say so
            LOG.warn("container directories cannot be made ahead: {}", e.getMessage());
        } finally {
            filling.set(false);
        }
    }

    private void furnish(Path containerData) throws IOException {
        Path root = Files.createDirectory(Layout.rootIn(containerData));
        try {
            launcher.prepare(root);
        } catch (LaunchException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
