package io.holdfast.keeper.cgroup;

import java.nio.file.Path;

/**
 * Where the kernel shows itself.
 *
 * @param proc a mounted proc, {@code /proc}
 * @param sys a mounted sysfs, {@code /sys}
 */
public record Host(Path proc, Path sys) {
    /** This machine. */
    public static final Host REAL = new Host(Path.of("/proc"), Path.of("/sys"));
}
