package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import java.util.List;
import java.util.Map;

/** Rows that mask paths and make them read-only, as a specification lists them; what is not there needs no mask. */
final class ExactPaths {
    private static final int QUIET = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    private final Destinations places;
    private final MountRows mounts;
    private final Program program;

    ExactPaths(Destinations places) {
        this.places = places;
        this.mounts = places.mounts();
        this.program = mounts.program();
    }

    void add(List<String> masked, List<String> readOnly) {
        // were it something else, a mask would let the container write that (CVE-2025-31133)
        Row device = masked.isEmpty() ? null : mounts.device("/dev/null", S_IFCHR, 1, 3);
        masked.forEach(path -> mask(path, device));
        readOnly.forEach(this::readOnly);
    }

    /** A file and a directory are told apart by trying: the null device cannot be mounted on a directory. */
    private void mask(String path, Row device) {
        Program.Label next = new Program.Label();
        Program.Label directory = new Program.Label();
        Row place = places.find(path, next);
        Row copy = mounts.cloneOfFound(device, "/dev/null");
        mounts.attach(copy, place, path).mayFail(directory);
        program.jump(next);
        program.place(directory);
        Row empty = mounts.newMount("tmpfs", Map.of("nr_inodes", "1"), QUIET | MOUNT_ATTR_RDONLY);
        mounts.attach(empty, place, path);
        program.place(next);
    }

    private void readOnly(String path) {
        Program.Label next = new Program.Label();
        Row place = places.find(path, next);
        Row copy = mounts.cloneOf(place, path);
        mounts.change(copy, MOUNT_ATTR_RDONLY, 0, 0, true, path);
        mounts.attach(copy, place, path);
        program.place(next);
    }
}
