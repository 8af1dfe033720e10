package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Program.Row;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Rows that mask paths (an empty file or directory over them) and make paths read-only. Which of the two a path is, and whether it is
 * there, is looked up on the host, whose /proc and /sys are of the same kernel; a row that then fails stops the launch.
 */
final class PathRows {
    /** What Docker and containerd mask. */
    static final List<String> DEFAULT_MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    static final List<String> DEFAULT_READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private static final int QUIET = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    private final MountRows mounts;
    private final Row root;
    private final Map<String, Row> systemMounts;

    /** @param systemMounts what is mounted on /proc, /sys, /dev: paths below are resolved from there */
    PathRows(MountRows mounts, Row root, Map<String, Row> systemMounts) {
        this.mounts = mounts;
        this.root = root;
        this.systemMounts = systemMounts;
    }

    void protect(List<String> masked, List<String> readOnly) {
        // were it something else, a mask would let the container write that (CVE-2025-31133)
        Row empty = masked.isEmpty() ? null : mounts.device("/dev/null", S_IFCHR, 1, 3);
        for (String path : masked) {
            mask(path, empty);
        }
        for (String path : readOnly) {
            if (isThere(path)) {
                Row target = resolve(path);
                Row copy = mounts.cloneOf(target, path);
                mounts.setAttributes(copy, MOUNT_ATTR_RDONLY | QUIET, true, path);
                mounts.attach(copy, target, path);
            }
        }
    }

    private void mask(String path, Row empty) {
        if (!isThere(path)) {
            return;
        }
        Row target = resolve(path);
        if (Files.isDirectory(Path.of(path), LinkOption.NOFOLLOW_LINKS)) {
            mounts.attach(mounts.cloneOfHost(StageRows.EMPTY, false), target, path);
        } else {
            mounts.attach(mounts.cloneOfFound(empty, "/dev/null"), target, path);
        }
    }

    /** None of the defaults is a link, and to look for a link that is not there costs an exception. */
    private static boolean isThere(String path) {
        Path file = Path.of(path);
        return Files.exists(file) || !isDefault(path) && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isDefault(String path) {
        return DEFAULT_MASKED.contains(path) || DEFAULT_READ_ONLY.contains(path);
    }

    private Row resolve(String path) {
        String top = path.substring(0, path.indexOf('/', 1));
        return mounts.resolve(systemMounts.getOrDefault(top, root), path.substring(top.length() + 1), false);
    }
}
