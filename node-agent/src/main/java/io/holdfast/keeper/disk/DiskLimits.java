package io.holdfast.keeper.disk;

import io.holdfast.keeper.linux.DiskCalls;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Holds a container's root directory, in which overlay's upper and work directories lie, to a size. Blocks; thread-safe for different
 * directories. What a keeper leaves behind that is killed in the midst of it, the next one's {@link #lift} clears.
 */
public interface DiskLimits {
    /** Of a node, as constraints of jobs name it: {@code project-quota}, {@code file-system} or {@code none}. */
    String ATTRIBUTE = "disk-limits";

    String kind();

    /** Why there are none; empty where there are. */
    default String missing() {
        return "";
    }

    /**
     * Before anything is written there.
     *
     * @param root on the file system that was asked for, with nothing in it but empty directories
     */
    void impose(Path root, long bytes) throws IOException;

    /** The container's overlay stands on it, or will not: what only its making needed goes. Fine where there is no limit. */
    void settle(Path root) throws IOException;

    /** Before the root is removed. Fine where there is no limit, and no root. */
    void lift(Path root) throws IOException;

    /** How much of its limit it takes of the host's disk now, in bytes; 0 where there is no limit, and no root. */
    long used(Path root) throws IOException;

    /** By what the host can do, the best first. */
    static DiskLimits of(Path data, Syscalls syscalls) {
        DiskCalls calls = new DiskCalls(syscalls);
        if (calls.enforcesProjectQuotas(data)) {
            return new ProjectQuotas(data, calls);
        }
        return FileSystems.find(syscalls, calls);
    }

    /**
     * How many files so many bytes may be: one for each 16 KiB, as file systems are made for, but some thousand also where that is
     * little, as long as they are not all there is.
     */
    static long files(long bytes) {
        return Math.max(bytes >> 14, Math.min(10_000, bytes >> 12));
    }
}
