package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The cpu controller: one implementation for each version of its files. */
interface CpuControl {

    /** What the specification means by a quota without a period. */
    long DEFAULT_PERIOD_MICROS = 100_000;

    void limit(Path seat, Spec.Cpu cpu) throws IOException;

    /** The quota of this one cgroup in thousandths of a core; empty where it has none. */
    OptionalLong quotaMillis(Path seat) throws IOException;

    /** Kernel documentation: scheduler/sched-bwc.rst. */
    record V1(CgroupFiles files) implements CpuControl {
        @Override
        public void limit(Path seat, Spec.Cpu cpu) throws IOException {
            if (cpu.shares() > 0) {
                files.write(seat.resolve("cpu.shares"), Long.toString(cpu.shares()));
            }
            if (cpu.quota() > 0) {
                // the period first: a quota is checked against it
                files.write(seat.resolve("cpu.cfs_period_us"), Long.toString(period(cpu)));
                files.write(seat.resolve("cpu.cfs_quota_us"), Long.toString(cpu.quota()));
            }
        }

        @Override
        public OptionalLong quotaMillis(Path seat) throws IOException {
            long quota = number(seat.resolve("cpu.cfs_quota_us"));
            long period = number(seat.resolve("cpu.cfs_period_us"));
            return quota <= 0 || period <= 0 ? OptionalLong.empty() : OptionalLong.of(quota * 1000 / period);
        }

        private long number(Path file) throws IOException {
            return files.readIfThere(file).map(Long::parseLong).orElse(-1L);
        }
    }

    /** Kernel documentation: admin-guide/cgroup-v2.rst. */
    record V2(CgroupFiles files) implements CpuControl {
        @Override
        public void limit(Path seat, Spec.Cpu cpu) throws IOException {
            if (cpu.shares() > 0) {
                files.write(seat.resolve("cpu.weight"), Long.toString(weight(cpu.shares())));
            }
            if (cpu.quota() > 0) {
                files.write(seat.resolve("cpu.max"), cpu.quota() + " " + period(cpu));
            }
        }

        @Override
        public OptionalLong quotaMillis(Path seat) throws IOException {
            String[] words =
                    files.readIfThere(seat.resolve("cpu.max")).orElse("max").split(" ");
            return words.length < 2 || words[0].equals("max")
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(words[0]) * 1000 / Long.parseLong(words[1]));
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
