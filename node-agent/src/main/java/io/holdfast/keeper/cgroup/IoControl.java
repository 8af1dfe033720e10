package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The blkio controller of v1, the io controller of v2. A weight does something only where the device's scheduler is BFQ, or, on
 * v2, where iocost is on.
 */
interface IoControl extends Control {
    String WEIGHT = "blockIO.weight";

    Stats.Io stats(Path seat) throws IOException;

    CgroupFiles files();

    Host host();

    /** The kernel would answer ENODEV, and not say to which device. */
    @Override
    default Optional<String> refusal(Tree tree, Spec.Resources limits) {
        for (Setting setting : settings(limits)) {
            if (!setting.device().isEmpty()
                    && !files().exists(host().sys().resolve("dev/block").resolve(setting.device()))) {
                return Optional.of("%s: this host has no block device %s".formatted(setting.field(), setting.device()));
            }
        }
        return Optional.empty();
    }

    /** Kernel documentation: admin-guide/cgroup-v1/blkio-controller.rst. */
    record V1(CgroupFiles files, Path parent, Host host) implements IoControl {
        private static final String BFQ_WEIGHT = "blkio.bfq.weight";

        @Override
        public List<Setting> settings(Spec.Resources limits) {
            Spec.BlockIo io = limits.blockIo();
            List<Setting> settings = new ArrayList<>();
            if (io.weight() > 0) {
                boolean bfq = files.exists(parent.resolve(BFQ_WEIGHT));
                settings.add(
                        bfq
                                ? Setting.of(WEIGHT, BFQ_WEIGHT, io.weight(), "100")
                                : Setting.of(WEIGHT, "blkio.weight", io.weight(), "500"));
            }
            add(settings, "throttleReadBpsDevice", "read_bps_device", io.throttleReadBpsDevice());
            add(settings, "throttleWriteBpsDevice", "write_bps_device", io.throttleWriteBpsDevice());
            add(settings, "throttleReadIOPSDevice", "read_iops_device", io.throttleReadIopsDevice());
            add(settings, "throttleWriteIOPSDevice", "write_iops_device", io.throttleWriteIopsDevice());
            return settings;
        }

        private static void add(List<Setting> settings, String field, String file, List<Spec.Throttle> throttles) {
            for (Spec.Throttle throttle : throttles) {
                if (throttle.rate() != 0) {
                    String device = throttle.major() + ":" + throttle.minor();
                    settings.add(new Setting(
                            "blockIO." + field,
                            "blkio.throttle." + file,
                            device,
                            device + " " + Long.toUnsignedString(throttle.rate()),
                            device + " 0"));
                }
            }
        }

        @Override
        public Stats.Io stats(Path seat) throws IOException {
            long[] bytes = sums(seat.resolve("blkio.throttle.io_service_bytes_recursive"));
            long[] operations = sums(seat.resolve("blkio.throttle.io_serviced_recursive"));
            return new Stats.Io(bytes[0], bytes[1], operations[0], operations[1]);
        }

        /** Reads and writes over all devices, from lines like {@code 254:0 Read 4096}. */
        private long[] sums(Path file) throws IOException {
            long[] sums = new long[2];
            for (String line : files.readIfThere(file).orElse("").lines().toList()) {
                String[] words = line.split(" ");
                if (words.length == 3 && words[1].equals("Read")) {
                    sums[0] += Long.parseLong(words[2]);
                } else if (words.length == 3 && words[1].equals("Write")) {
                    sums[1] += Long.parseLong(words[2]);
                }
            }
            return sums;
        }
    }

    /** Kernel documentation: admin-guide/cgroup-v2.rst. */
    record V2(CgroupFiles files, Path parent, Host host) implements IoControl {
        private static final String BFQ_WEIGHT = "io.bfq.weight";
        private static final String MAX = "io.max";

        @Override
        public List<Setting> settings(Spec.Resources limits) {
            Spec.BlockIo io = limits.blockIo();
            List<Setting> settings = new ArrayList<>();
            if (io.weight() > 0) {
                boolean bfq = files.exists(parent.resolve(BFQ_WEIGHT));
                settings.add(
                        bfq
                                ? Setting.of(WEIGHT, BFQ_WEIGHT, io.weight(), "100")
                                : Setting.of(WEIGHT, "io.weight", weight(io.weight()), "100"));
            }
            Map<String, Rates> devices = new LinkedHashMap<>();
            add(devices, "throttleReadBpsDevice", "rbps", io.throttleReadBpsDevice());
            add(devices, "throttleWriteBpsDevice", "wbps", io.throttleWriteBpsDevice());
            add(devices, "throttleReadIOPSDevice", "riops", io.throttleReadIopsDevice());
            add(devices, "throttleWriteIOPSDevice", "wiops", io.throttleWriteIopsDevice());
            devices.forEach((device, rates) -> settings.add(new Setting(
                    rates.field, MAX, device, device + " " + rates.text(), device + " " + new Rates("").text())));
            return settings;
        }

        private static void add(Map<String, Rates> devices, String field, String key, List<Spec.Throttle> throttles) {
            for (Spec.Throttle throttle : throttles) {
                if (throttle.rate() != 0) {
                    devices.computeIfAbsent(
                                    throttle.major() + ":" + throttle.minor(), device -> new Rates("blockIO." + field))
                            .byKey
                            .put(key, Long.toUnsignedString(throttle.rate()));
                }
            }
        }

        /** One line of io.max: all four rates, so that it replaces what was there. */
        private static final class Rates {
            private final String field;
            private final Map<String, String> byKey = new LinkedHashMap<>();

            Rates(String field) {
                this.field = field;
                for (String key : List.of("rbps", "wbps", "riops", "wiops")) {
                    byKey.put(key, "max");
                }
            }

            String text() {
                List<String> words = new ArrayList<>();
                byKey.forEach((key, value) -> words.add(key + "=" + value));
                return String.join(" ", words);
            }
        }

        @Override
        public Stats.Io stats(Path seat) throws IOException {
            long[] sums = new long[4];
            Optional<String> text = files.readIfThere(seat.resolve("io.stat"));
            for (String word : text.orElse("").split("\\s+")) {
                int slot = List.of("rbytes", "wbytes", "rios", "wios").indexOf(word.split("=")[0]);
                if (slot >= 0) {
                    sums[slot] += Long.parseLong(word.substring(word.indexOf('=') + 1));
                }
            }
            return new Stats.Io(sums[0], sums[1], sums[2], sums[3]);
        }
    }

    /** v1's 10 to 1000 on v2's 1 to 10000, in a straight line, as the specification's tools have agreed on. */
    static long weight(long blkioWeight) {
        return 1 + (blkioWeight - 10) * 9999 / 990;
    }
}
