package io.holdfast.keeper;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The locks that keep a second keeper out; the kernel lets go of them when the process ends, however it ends. They are flock(2)'s:
 * held by the open file and so handed over to a new self without a gap, and not lost when the process closes another descriptor
 * of the same file, as fcntl(2)'s are.
 */
final class Locks implements AutoCloseable {
    /** A child in mid-launch holds a copy of its dead keeper's descriptors until the kernel has killed it, too. */
    private static final long TAKE_MILLIS = 1_000;

    private static final long RETRY_MILLIS = 20;

    private final Syscalls syscalls;
    private final Handover handover;
    private final Map<String, Integer> held = new TreeMap<>();

    Locks(Syscalls syscalls, Handover handover) {
        this.syscalls = syscalls;
        this.handover = handover;
    }

    /**
     * @param what the key in the configuration, for the message
     * @param file made where it is not there, unless the file system forbids it (cgroup files always are)
     */
    void take(String what, Path shown, Path file, boolean create) throws IOException, RefusedException {
        OptionalInt inherited = handover.take(name(what, file));
        int fd = inherited.isPresent() ? inherited.getAsInt() : open(file, create);
        held.put(name(what, file), fd);
        for (long waited = 0; !syscalls.tryLock(fd) || !isThere(file, fd); waited += RETRY_MILLIS) {
            if (waited >= TAKE_MILLIS) {
                throw RefusedException.conflict("%s %s is in use by another keeper: give each its own", what, shown);
            }
            pause();
            // a keeper that removes everything takes the file away with it: the next one's is another
            syscalls.close(fd);
            fd = open(file, create);
            held.put(name(what, file), fd);
        }
    }

    private int open(Path file, boolean create) throws ErrnoException {
        return syscalls.open(file.toString(), Syscalls.O_WRONLY | (create ? Syscalls.O_CREAT : 0), 0644);
    }

    private static boolean isThere(Path file, int fd) throws IOException {
        try {
            return inode(file).equals(inode(Path.of("/proc/self/fd", Integer.toString(fd))));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Object inode(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static String name(String what, Path file) {
        return "lock " + what + " " + file;
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Lets go, or leaves them to the keeper's new self. */
    @Override
    public void close() throws ErrnoException {
        if (handover.isLeaving()) {
            held.forEach(handover::leave);
            held.clear();
            return;
        }
        for (int fd : held.values()) {
            syscalls.close(fd);
        }
        held.clear();
    }
}
