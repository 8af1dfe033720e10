package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The memory controller: one implementation for each version of its files. */
interface MemoryControl extends Control {
    String LIMIT = "memory.limit";
    String RESERVATION = "memory.reservation";
    String SWAP = "memory.swap";

    Stats.Memory stats(Path seat) throws IOException;

    long oomKills(Path seat) throws IOException;

    /** The limit of this one cgroup; empty where it has none. */
    OptionalLong limitBytes(Path seat) throws IOException;

    /** Kernel documentation: admin-guide/cgroup-v1/memory.rst. */
    record V1(CgroupFiles files) implements MemoryControl {
        static final String MEMSW = "memory.memsw.limit_in_bytes";
        private static final String UNLIMITED = "-1";

        /** What an unlimited v1 counter reads: the largest whole number of pages. */
        private static final long UNLIMITED_FROM = Long.MAX_VALUE / 4096 * 4096 - (1L << 20);

        @Override
        public List<Setting> settings(Spec.Resources limits) {
            Spec.Memory memory = limits.memory();
            List<Setting> settings = new ArrayList<>();
            if (memory.limit() > 0) {
                settings.add(Setting.of(LIMIT, "memory.limit_in_bytes", memory.limit(), UNLIMITED));
            }
            if (memory.swap() > 0) {
                // after the limit, which it must not be below
                settings.add(Setting.of(SWAP, MEMSW, memory.swap(), UNLIMITED));
            }
            if (memory.reservation() > 0) {
                settings.add(Setting.of(RESERVATION, "memory.soft_limit_in_bytes", memory.reservation(), UNLIMITED));
            }
            return settings;
        }

        /** memory + swap is never below memory: raised first, lowered last. */
        @Override
        public List<Setting> inOrder(Path seat, List<Setting> changes) throws IOException {
            Optional<Setting> memsw = changes.stream()
                    .filter(change -> change.file().equals(MEMSW))
                    .findFirst();
            if (memsw.isEmpty()) {
                return changes;
            }
            long wanted = Long.parseLong(memsw.get().value());
            if (wanted >= 0 && wanted < Long.parseLong(files.read(seat.resolve(MEMSW)))) {
                return changes;
            }
            List<Setting> ordered = new ArrayList<>(changes);
            ordered.remove(memsw.get());
            ordered.add(0, memsw.get());
            return ordered;
        }

        @Override
        public Stats.Memory stats(Path seat) throws IOException {
            Map<String, Long> stat = files.readKeys(seat.resolve("memory.stat"));
            return new Stats.Memory(
                    number(seat, "memory.usage_in_bytes"),
                    number(seat, "memory.max_usage_in_bytes"),
                    limitBytes(seat).orElse(Stats.UNLIMITED),
                    stat.getOrDefault("total_rss", 0L),
                    stat.getOrDefault("total_cache", 0L),
                    stat.getOrDefault("total_swap", 0L),
                    stat.getOrDefault("total_pgmajfault", 0L),
                    oomKills(seat));
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

        private long number(Path seat, String file) throws IOException {
            return files.readIfThere(seat.resolve(file)).map(Long::parseLong).orElse(0L);
        }
    }

    /** Kernel documentation: admin-guide/cgroup-v2.rst. */
    record V2(CgroupFiles files) implements MemoryControl {
        static final String SWAP_MAX = "memory.swap.max";
        private static final String MAX = "memory.max";
        private static final String UNLIMITED = "max";

        @Override
        public List<Setting> settings(Spec.Resources limits) {
            Spec.Memory memory = limits.memory();
            List<Setting> settings = new ArrayList<>();
            if (memory.limit() > 0) {
                settings.add(Setting.of(LIMIT, MAX, memory.limit(), UNLIMITED));
            }
            if (memory.swap() > 0) {
                // the specification counts memory plus swap, v2 counts swap alone
                settings.add(Setting.of(SWAP, SWAP_MAX, Math.max(0, memory.swap() - memory.limit()), UNLIMITED));
            }
            if (memory.reservation() > 0) {
                settings.add(Setting.of(RESERVATION, "memory.low", memory.reservation(), "0"));
            }
            return settings;
        }

        /**
         * A memory.max below what is in use kills until it fits. A memory.high there only reclaims, within the write: so that is
         * tried first, and a limit that does not fit even then is refused, as v1 refuses it (EBUSY).
         */
        @Override
        public List<Setting> inOrder(Path seat, List<Setting> changes) throws IOException {
            for (Setting change : changes) {
                if (change.file().equals(MAX) && !change.value().equals(UNLIMITED)) {
                    makeRoom(seat, bytes(change.value()));
                }
            }
            return changes;
        }

        /** A number as the kernel takes it (lib/cmdline.c, memparse): 64M in {@code unified} is 64 MiB. */
        private static long bytes(String value) {
            int power = "KMGT".indexOf(Character.toUpperCase(value.charAt(value.length() - 1)));
            return power < 0
                    ? Long.parseLong(value)
                    : Long.parseLong(value.substring(0, value.length() - 1)) << 10 * (power + 1);
        }

        private void makeRoom(Path seat, long limit) throws IOException {
            if (number(seat, "memory.current") <= limit) {
                return;
            }
            Path high = seat.resolve("memory.high");
            String before = files.read(high);
            files.write(high, Long.toString(limit));
            long left = number(seat, "memory.current");
            files.write(high, before);
            if (left > limit) {
                throw new IOException("memory.limit %d is below the %d bytes that %s uses and that cannot be reclaimed"
                        .formatted(limit, left, seat));
            }
        }

        @Override
        public Stats.Memory stats(Path seat) throws IOException {
            Map<String, Long> stat = files.readKeys(seat.resolve("memory.stat"));
            return new Stats.Memory(
                    number(seat, "memory.current"),
                    number(seat, "memory.peak"), // 5.19
                    limitBytes(seat).orElse(Stats.UNLIMITED),
                    stat.getOrDefault("anon", 0L),
                    stat.getOrDefault("file", 0L),
                    number(seat, "memory.swap.current"),
                    stat.getOrDefault("pgmajfault", 0L),
                    oomKills(seat));
        }

        @Override
        public long oomKills(Path seat) throws IOException {
            return files.readKey(seat.resolve("memory.events"), "oom_kill");
        }

        @Override
        public OptionalLong limitBytes(Path seat) throws IOException {
            String limit = files.readIfThere(seat.resolve(MAX)).orElse(UNLIMITED);
            return limit.equals(UNLIMITED) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit));
        }

        private long number(Path seat, String file) throws IOException {
            return files.readIfThere(seat.resolve(file)).map(Long::parseLong).orElse(0L);
        }
    }
}
