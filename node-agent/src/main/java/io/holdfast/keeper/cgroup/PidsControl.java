package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The pids controller: its files are the same in v1 and v2. */
record PidsControl(CgroupFiles files) implements Control {
    private static final String UNLIMITED = "max";

    @Override
    public List<Setting> settings(Spec.Resources limits) {
        long limit = limits.pids().limit();
        return limit > 0 ? List.of(Setting.of("pids.limit", "pids.max", limit, UNLIMITED)) : List.of();
    }

    Stats.Pids stats(Path seat) throws IOException {
        long current = files.readIfThere(seat.resolve("pids.current"))
                .map(Long::parseLong)
                .orElse(0L);
        return new Stats.Pids(current, limitOf(seat).orElse(Stats.UNLIMITED));
    }

    OptionalLong limitOf(Path seat) throws IOException {
        String limit = files.readIfThere(seat.resolve("pids.max")).orElse(UNLIMITED);
        return limit.equals(UNLIMITED) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit));
    }
}
