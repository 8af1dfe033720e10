package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The pids controller: its files are the same in v1 and v2. */
record PidsControl(CgroupFiles files) {

    void limit(Path seat, Spec.Pids pids) throws IOException {
        if (pids.limit() > 0) {
            files.write(seat.resolve("pids.max"), Long.toString(pids.limit()));
        }
    }

    long current(Path seat) throws IOException {
        return files.readIfThere(seat.resolve("pids.current"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    OptionalLong limitOf(Path seat) throws IOException {
        String limit = files.readIfThere(seat.resolve("pids.max")).orElse("max");
        return limit.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit));
    }
}
