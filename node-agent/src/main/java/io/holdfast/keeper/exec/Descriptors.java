package io.holdfast.keeper.exec;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closing where nobody can do anything about a failure. */
final class Descriptors {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);
    static final int NONE = -1;

    private Descriptors() {}

    static void close(Syscalls syscalls, int fd) {
        if (fd == NONE) {
            return;
        }
        try {
            syscalls.close(fd);
        } catch (ErrnoException e) {
            LOG.warn("cannot close a descriptor: {}", e.getMessage());
        }
    }
}
