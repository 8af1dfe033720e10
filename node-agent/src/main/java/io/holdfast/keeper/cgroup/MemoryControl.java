package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The memory controller: one implementation for each version of its files. */
interface MemoryControl {

    void limit(Path seat, Spec.Memory memory) throws IOException;

    long usageBytes(Path seat) throws IOException;

    long oomKills(Path seat) throws IOException;

    /** The limit of this one cgroup; empty where it has none. */
    OptionalLong limitBytes(Path seat) throws IOException;

    /** Kernel documentation: admin-guide/cgroup-v1/memory.rst. */
    record V1(CgroupFiles files) implements MemoryControl {

        /** What an unlimited v1 counter reads: the largest whole number of pages. */
        private static final long UNLIMITED_FROM = Long.MAX_VALUE / 4096 * 4096 - (1L << 20);

        @Override
        public void limit(Path seat, Spec.Memory memory) throws IOException {
            if (memory.limit() > 0) {
                files.write(seat.resolve("memory.limit_in_bytes"), Long.toString(memory.limit()));
            }
            Path memsw = seat.resolve("memory.memsw.limit_in_bytes");
            // there only with swap accounting; after the limit, which it must not be below
            if (memory.swap() > 0 && files.exists(memsw)) {
                files.write(memsw, Long.toString(memory.swap()));
            }
            if (memory.reservation() > 0) {
                files.write(seat.resolve("memory.soft_limit_in_bytes"), Long.toString(memory.reservation()));
            }
        }

        @Override
        public long usageBytes(Path seat) throws IOException {
            return files.readIfThere(seat.resolve("memory.usage_in_bytes"))
                    .map(Long::parseLong)
                    .orElse(0L);
        }

        @Override
        public long oomKills(Path seat) throws IOException {
            return files.readKey(seat.resolve("memory.oom_control"), "oom_kill");
        }

        @Override
        public OptionalLong limitBytes(Path seat) throws IOException {
            long limit = files.readIfThere(seat.resolve("memory.limit_in_bytes"))
                    .map(Long::parseLong)
                    .orElse(Long.MAX_VALUE);
            return limit >= UNLIMITED_FROM ? OptionalLong.empty() : OptionalLong.of(limit);
        }
    }

    /** Kernel documentation: admin-guide/cgroup-v2.rst. */
    record V2(CgroupFiles files) implements MemoryControl {

        @Override
        public void limit(Path seat, Spec.Memory memory) throws IOException {
            if (memory.limit() > 0) {
                files.write(seat.resolve("memory.max"), Long.toString(memory.limit()));
                // one process out of many killed leaves a container that half works: all of it goes, as one
                Path group = seat.resolve("memory.oom.group");
                if (files.exists(group)) {
                    files.write(group, "1");
                }
            }
            Path swap = seat.resolve("memory.swap.max");
            if (memory.swap() > 0 && files.exists(swap)) {
                // the specification counts memory plus swap, v2 counts swap alone
                files.write(swap, Long.toString(Math.max(0, memory.swap() - memory.limit())));
            }
            if (memory.reservation() > 0) {
                files.write(seat.resolve("memory.low"), Long.toString(memory.reservation()));
            }
        }

        @Override
        public long usageBytes(Path seat) throws IOException {
            return files.readIfThere(seat.resolve("memory.current"))
                    .map(Long::parseLong)
                    .orElse(0L);
        }

        @Override
        public long oomKills(Path seat) throws IOException {
            return files.readKey(seat.resolve("memory.events"), "oom_kill");
        }

        @Override
        public OptionalLong limitBytes(Path seat) throws IOException {
            String limit = files.readIfThere(seat.resolve("memory.max")).orElse("max");
            return limit.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit));
        }
    }
}
