package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The cpu controller: one implementation for each version of its files. */
interface CpuControl extends Control {

    /** What the specification means by a quota without a period. */
    long DEFAULT_PERIOD_MICROS = 100_000;

    String SHARES = "cpu.shares";
    String QUOTA = "cpu.quota";
    String PERIOD = "cpu.period";

    /** The quota of this one cgroup in thousandths of a core; empty where it has none. */
    OptionalLong quotaMillis(Path seat) throws IOException;

    /** How often and how long its quota has held it up. */
    Throttling throttling(Path seat) throws IOException;

    record Throttling(long periods, long nanos) {}

    /** Kernel documentation: scheduler/sched-bwc.rst. */
    record V1(CgroupFiles files) implements CpuControl {
        private static final String QUOTA_FILE = "cpu.cfs_quota_us";
        private static final String PERIOD_FILE = "cpu.cfs_period_us";
        private static final String NO_QUOTA = "-1";

        @Override
        public List<Setting> settings(Spec.Resources limits) {
            Spec.Cpu cpu = limits.cpu();
            List<Setting> settings = new ArrayList<>();
            if (cpu.shares() > 0) {
                settings.add(Setting.of(SHARES, "cpu.shares", cpu.shares(), "1024"));
            }
            if (cpu.quota() > 0) {
                // the period first: a quota is checked against it
                settings.add(Setting.of(PERIOD, PERIOD_FILE, period(cpu), Long.toString(DEFAULT_PERIOD_MICROS)));
                settings.add(Setting.of(QUOTA, QUOTA_FILE, cpu.quota(), NO_QUOTA));
            }
            return settings;
        }

        /** The old quota in the new period may be more than the parent has: without a quota while the period changes. */
        @Override
        public List<Setting> inOrder(Path seat, List<Setting> changes) throws IOException {
            if (changes.stream().noneMatch(change -> change.file().equals(PERIOD_FILE))) {
                return changes;
            }
            List<Setting> ordered = new ArrayList<>();
            ordered.add(new Setting(QUOTA, QUOTA_FILE, "", NO_QUOTA, NO_QUOTA));
            ordered.addAll(changes);
            if (changes.stream().noneMatch(change -> change.file().equals(QUOTA_FILE))) {
                ordered.add(new Setting(QUOTA, QUOTA_FILE, "", files.read(seat.resolve(QUOTA_FILE)), NO_QUOTA));
            }
            return ordered;
        }

        @Override
        public OptionalLong quotaMillis(Path seat) throws IOException {
            long quota = number(seat.resolve(QUOTA_FILE));
            long period = number(seat.resolve(PERIOD_FILE));
            return quota <= 0 || period <= 0 ? OptionalLong.empty() : OptionalLong.of(quota * 1000 / period);
        }

        @Override
        public Throttling throttling(Path seat) throws IOException {
            Map<String, Long> stat = files.readKeys(seat.resolve("cpu.stat"));
            return new Throttling(stat.getOrDefault("nr_throttled", 0L), stat.getOrDefault("throttled_time", 0L));
        }

        private long number(Path file) throws IOException {
            return files.readIfThere(file).map(Long::parseLong).orElse(-1L);
        }
    }

    /** Kernel documentation: admin-guide/cgroup-v2.rst. */
    record V2(CgroupFiles files) implements CpuControl {
        @Override
        public List<Setting> settings(Spec.Resources limits) {
            Spec.Cpu cpu = limits.cpu();
            List<Setting> settings = new ArrayList<>();
            if (cpu.shares() > 0) {
                settings.add(Setting.of(SHARES, "cpu.weight", weight(cpu.shares()), "100"));
            }
            if (cpu.quota() > 0) {
                settings.add(new Setting(
                        QUOTA, "cpu.max", "", cpu.quota() + " " + period(cpu), "max " + DEFAULT_PERIOD_MICROS));
            }
            return settings;
        }

        @Override
        public OptionalLong quotaMillis(Path seat) throws IOException {
            String[] words =
                    files.readIfThere(seat.resolve("cpu.max")).orElse("max").split(" ");
            return words.length < 2 || words[0].equals("max")
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(words[0]) * 1000 / Long.parseLong(words[1]));
        }

        @Override
        public Throttling throttling(Path seat) throws IOException {
            Map<String, Long> stat = files.readKeys(seat.resolve("cpu.stat"));
            return new Throttling(
                    stat.getOrDefault("nr_throttled", 0L), 1000 * stat.getOrDefault("throttled_usec", 0L));
        }
    }

    private static long period(Spec.Cpu cpu) {
        return cpu.period() > 0 ? cpu.period() : DEFAULT_PERIOD_MICROS;
    }

    /**
     * v1 shares (2 to 262144, 1024 by default) as a v2 weight (1 to 10000, 100 by default): the curve through the three
     * pairs (2, 1), (1024, 100) and (262144, 10000), which the specification's tools have agreed on.
     */
    static long weight(long shares) {
        double l = Math.log(Math.max(2, Math.min(shares, 262_144))) / Math.log(2);
        double weight = Math.pow(10, (l * l + 125 * l) / 612 - 7.0 / 34);
        // a hair above a whole number is rounding, not the next weight
        return Math.max(1, Math.min(10_000, (long) Math.ceil(weight - 1e-9)));
    }
}
