package io.holdfast.keeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The locks that keep a second keeper out; the kernel lets go of them when the process ends, however it ends. */
final class Locks implements AutoCloseable {
    private final List<FileChannel> held = new ArrayList<>();

    /**
     * @param what the key in the configuration, for the message
     * @param file made where it is not there, unless the file system forbids it (cgroup files always are)
     */
    void take(String what, Path shown, Path file, boolean create) throws IOException, RefusedException {
        FileChannel channel = create
                ? FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                : FileChannel.open(file, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // another keeper in this very process
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw RefusedException.conflict("%s %s is in use by another keeper: give each its own", what, shown);
        }
        held.add(channel);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : held) {
            channel.close();
        }
        held.clear();
    }
}
