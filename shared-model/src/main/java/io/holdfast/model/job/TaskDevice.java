package io.holdfast.model.job;

import java.util.Objects;

/**
 * A device file of the node that a task has under the same path.
 *
 * @param path below {@code /dev}
 * @param access what its control group permits, of the letters {@code rwm}: read, write, make further files of it
 */
public record TaskDevice(String path, String access) {
    /** What Docker gives. */
    public static final String FULL_ACCESS = "rwm";

    public TaskDevice {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(access, "access");
    }

    /** As a job says it: {@code /dev/fuse}, {@code /dev/kvm:rw}. */
    public String text() {
        return access.equals(FULL_ACCESS) ? path : path + ":" + access;
    }
}
