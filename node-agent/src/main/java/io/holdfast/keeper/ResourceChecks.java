package io.holdfast.keeper;

import io.holdfast.keeper.cgroup.NumberList;
import io.holdfast.keeper.cgroup.UnifiedKeys;
import io.holdfast.keeper.oci.Spec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What limits must look like before anything is done for them. 0 is unlimited throughout, and so is the -1 that the specification
 * has for some. Whether this host can keep them is the cgroup driver's to say.
 */
final class ResourceChecks {
    private static final int UNLIMITED = -1;
    private static final int MAX_MAJOR = (1 << 12) - 1;
    private static final int MAX_MINOR = (1 << 20) - 1;
    private static final Pattern ACCESS = Pattern.compile("(?!.*(.).*\\1)[rwm]{1,3}");

    private final String path;

    /** @param path of the resources in the request, for messages: {@code spec.linux.resources} */
    ResourceChecks(String path) {
        this.path = path + ".";
    }

    void check(Spec.Resources resources) throws RefusedException {
        memory(resources.memory());
        cpu(resources.cpu());
        long pids = resources.pids().limit();
        between("pids.limit", pids, UNLIMITED, Limits.MAX_PIDS);
        blockIo(resources.blockIo());
        devices(resources.devices());
        unified(resources.unified());
    }

    private void memory(Spec.Memory memory) throws RefusedException {
        between("memory.limit", memory.limit(), UNLIMITED, Long.MAX_VALUE);
        if (memory.limit() > 0) {
            between("memory.limit", memory.limit(), Limits.MIN_MEMORY_BYTES, Long.MAX_VALUE);
        }
        between("memory.reservation", memory.reservation(), UNLIMITED, Long.MAX_VALUE);
        if (memory.limit() > 0 && memory.reservation() > memory.limit()) {
            throw refused(
                    "memory.reservation %d is above %smemory.limit %d", memory.reservation(), path, memory.limit());
        }
        between("memory.swap", memory.swap(), UNLIMITED, Long.MAX_VALUE);
        if (memory.swap() > 0 && memory.limit() <= 0) {
            throw refused("memory.swap %d (memory plus swap) needs %smemory.limit", memory.swap(), path);
        }
        if (memory.swap() > 0 && memory.swap() < memory.limit()) {
            throw refused(
                    "memory.swap %d (memory plus swap) is below %smemory.limit %d",
                    memory.swap(), path, memory.limit());
        }
    }

    private void cpu(Spec.Cpu cpu) throws RefusedException {
        if (cpu.shares() != 0) {
            between("cpu.shares", cpu.shares(), 2, 262_144);
        }
        if (cpu.period() != 0) {
            between("cpu.period", cpu.period(), Limits.MIN_CPU_MICROS, Limits.MAX_CPU_PERIOD_MICROS);
        }
        between("cpu.quota", cpu.quota(), UNLIMITED, Long.MAX_VALUE);
        if (cpu.quota() > 0) {
            long period = cpu.period() == 0 ? Limits.DEFAULT_CPU_PERIOD_MICROS : cpu.period();
            between("cpu.quota", cpu.quota(), Limits.MIN_CPU_MICROS, Limits.MAX_CPUS * period);
        }
        list("cpu.cpus", cpu.cpus());
        list("cpu.mems", cpu.mems());
    }

    private void list(String field, String list) throws RefusedException {
        if (list.isEmpty()) {
            return;
        }
        try {
            if (list.length() > Limits.MAX_UNIFIED_CHARS
                    || NumberList.parse(list).isEmpty()) {
                throw new NumberFormatException("empty");
            }
        } catch (NumberFormatException e) {
            throw refused(
                    "%s %s is not a list of numbers up to %d like 0-3,8", field, Checks.shorten(list), NumberList.MOST);
        }
    }

    private void blockIo(Spec.BlockIo io) throws RefusedException {
        if (io.weight() != 0) {
            between("blockIO.weight", io.weight(), 10, 1_000);
        }
        throttles("throttleReadBpsDevice", io.throttleReadBpsDevice());
        throttles("throttleWriteBpsDevice", io.throttleWriteBpsDevice());
        throttles("throttleReadIOPSDevice", io.throttleReadIopsDevice());
        throttles("throttleWriteIOPSDevice", io.throttleWriteIopsDevice());
    }

    private void throttles(String name, List<Spec.Throttle> throttles) throws RefusedException {
        String field = "blockIO." + name;
        count(field, throttles.size());
        Set<String> devices = new HashSet<>();
        for (int i = 0; i < throttles.size(); i++) {
            Spec.Throttle throttle = throttles.get(i);
            String at = field + "[" + i + "]";
            between(at + ".major", throttle.major(), 0, MAX_MAJOR);
            between(at + ".minor", throttle.minor(), 0, MAX_MINOR);
            between(at + ".rate", throttle.rate(), 0, Long.MAX_VALUE);
            if (!devices.add(throttle.major() + ":" + throttle.minor())) {
                throw refused("%s names device %d:%d a second time", at, throttle.major(), throttle.minor());
            }
        }
    }

    private void devices(List<Spec.DeviceRule> rules) throws RefusedException {
        count("devices", rules.size());
        for (int i = 0; i < rules.size(); i++) {
            Spec.DeviceRule rule = rules.get(i);
            String at = "devices[" + i + "]";
            if (!List.of("a", "b", "c").contains(rule.type())) {
                throw refused("%s.type %s is none of a, b, c", at, Checks.shorten(rule.type()));
            }
            between(at + ".major", rule.major(), Spec.DeviceRule.ALL, MAX_MAJOR);
            between(at + ".minor", rule.minor(), Spec.DeviceRule.ALL, MAX_MINOR);
            if (!ACCESS.matcher(rule.access()).matches()) {
                throw refused("%s.access %s is not made of r, w, m", at, Checks.shorten(rule.access()));
            }
        }
    }

    private void unified(Map<String, String> unified) throws RefusedException {
        count("unified", unified.size());
        for (Map.Entry<String, String> entry : unified.entrySet()) {
            String key = entry.getKey();
            String value = entry.getValue();
            if (!UnifiedKeys.isWritable(key)) {
                throw refused("unified.%s is not a limit of a cgroup controller", Checks.shorten(key));
            }
            if (value == null
                    || value.isBlank()
                    || value.length() > Limits.MAX_UNIFIED_CHARS
                    || value.chars().anyMatch(letter -> letter < ' ' || letter > '~')) {
                throw refused(
                        "unified.%s has no value of one line of at most %d ASCII characters",
                        key, Limits.MAX_UNIFIED_CHARS);
            }
            if (!UnifiedKeys.isWellFormed(key, value)) {
                throw refused("unified.%s %s is not what the kernel takes there", key, Checks.shorten(value));
            }
        }
    }

    private void count(String field, int count) throws RefusedException {
        if (count > Limits.MAX_RULES) {
            throw refused("%s has more than %d entries", field, Limits.MAX_RULES);
        }
    }

    private void between(String field, long value, long least, long most) throws RefusedException {
        Checks.between(path + field, value, least, most);
    }

    private RefusedException refused(String message, Object... values) {
        return RefusedException.badRequest(path + message, values);
    }
}
