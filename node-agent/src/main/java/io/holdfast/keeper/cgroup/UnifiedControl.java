package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The specification's {@code unified}: files of v2 controllers by name. Only files that limit, each with what takes its limit off;
 * {@code cgroup.procs}, {@code cgroup.subtree_control} and their like are the keeper's own.
 */
record UnifiedControl() implements Control {
    private static final String FIELD = "unified.";

    private static final Map<String, String> LIFTS = Map.ofEntries(
            Map.entry("memory.min", "0"),
            Map.entry("memory.low", "0"),
            Map.entry("memory.high", "max"),
            Map.entry("memory.max", "max"),
            Map.entry("memory.swap.high", "max"),
            Map.entry("memory.swap.max", "max"),
            Map.entry("memory.zswap.max", "max"),
            Map.entry("memory.zswap.writeback", "1"),
            Map.entry("memory.oom.group", "1"),
            Map.entry("cpu.weight", "100"),
            Map.entry("cpu.weight.nice", "0"),
            Map.entry("cpu.max", "max 100000"),
            Map.entry("cpu.max.burst", "0"),
            Map.entry("cpu.idle", "0"),
            Map.entry("cpu.uclamp.min", "0"),
            Map.entry("cpu.uclamp.max", "max"),
            Map.entry("cpuset.cpus", ""),
            Map.entry("cpuset.mems", ""),
            Map.entry("io.weight", "100"),
            Map.entry("io.bfq.weight", "100"),
            Map.entry("io.max", "rbps=max wbps=max riops=max wiops=max"),
            Map.entry("pids.max", "max"));

    private static final Pattern HUGE_PAGES = Pattern.compile("hugetlb\\.[0-9]+[KMG]B(\\.rsvd)?\\.max");

    /** What takes the limit in this file off; empty for a file that is not to be written. */
    static Optional<String> lift(String file) {
        return HUGE_PAGES.matcher(file).matches() ? Optional.of("max") : Optional.ofNullable(LIFTS.get(file));
    }

    static String controllerOf(String file) {
        return file.substring(0, file.indexOf('.'));
    }

    @Override
    public List<Setting> settings(Spec.Resources limits) {
        List<Setting> settings = new ArrayList<>();
        limits.unified()
                .forEach((file, value) -> lift(file).ifPresent(lift -> {
                    String field = FIELD + file;
                    if (file.equals("io.max")) {
                        String device = value.strip().split("\\s+")[0];
                        settings.add(new Setting(field, file, device, value.strip(), device + " " + lift));
                    } else {
                        settings.add(new Setting(field, file, "", value.strip(), lift));
                    }
                }));
        return settings;
    }
}
