package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which device files may be made and opened. In the order that counts, where for each of r, w, m the last rule that speaks of it
 * decides: first everything is denied, then come the specification's own rules, then the devices that no program can do without.
 */
final class DeviceRules {
    private static final String ALL_ACCESS = "rwm";

    /** Making a node gives nothing yet: opening it is asked about again. */
    static final List<DeviceRule> DEFAULTS = List.of(
            allow("c", DeviceRule.ALL, DeviceRule.ALL, "m"),
            allow("b", DeviceRule.ALL, DeviceRule.ALL, "m"),
            allow("c", 1, 3, ALL_ACCESS), // null
            allow("c", 1, 5, ALL_ACCESS), // zero
            allow("c", 1, 7, ALL_ACCESS), // full
            allow("c", 1, 8, ALL_ACCESS), // random
            allow("c", 1, 9, ALL_ACCESS), // urandom
            allow("c", 5, 0, ALL_ACCESS), // tty
            allow("c", 5, 1, ALL_ACCESS), // console
            allow("c", 5, 2, ALL_ACCESS), // ptmx
            allow("c", 136, DeviceRule.ALL, ALL_ACCESS)); // pts/*

    private DeviceRules() {}

    private static DeviceRule allow(String type, int major, int minor, String access) {
        return new DeviceRule(true, type, major, minor, access);
    }

    /** The rules in force, in order; what precedes the first of them is denied. */
    static List<DeviceRule> effective(List<DeviceRule> asked) {
        List<DeviceRule> rules = new ArrayList<>(asked);
        rules.addAll(DEFAULTS);
        return rules;
    }

    static boolean isForEverything(DeviceRule rule) {
        return rule.type().equals("a")
                && rule.major() == DeviceRule.ALL
                && rule.minor() == DeviceRule.ALL
                && rule.access().length() == ALL_ACCESS.length();
    }

    /**
     * v1 keeps one list of exceptions to one default. A denial inside of an earlier, wider permission cannot be written there, and
     * the kernel would take it and do nothing.
     */
    static Optional<String> refusalOnV1(List<DeviceRule> asked) {
        for (int i = 0; i < asked.size(); i++) {
            DeviceRule denial = asked.get(i);
            if (denial.allow() || isForEverything(denial)) {
                continue;
            }
            for (int j = i - 1; j >= 0 && !isForEverything(asked.get(j)); j--) {
                DeviceRule earlier = asked.get(j);
                if (earlier.allow() && overlaps(earlier, denial) && !sameNumbers(earlier, denial)) {
                    return Optional.of(("devices[%d]: cgroup v1 cannot deny part of what devices[%d] allows: "
                                    + "name what is allowed instead")
                            .formatted(i, j));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean overlaps(DeviceRule a, DeviceRule b) {
        return (a.type().equals(b.type()) || a.type().equals("a") || b.type().equals("a"))
                && (a.major() == b.major() || a.major() == DeviceRule.ALL || b.major() == DeviceRule.ALL)
                && (a.minor() == b.minor() || a.minor() == DeviceRule.ALL || b.minor() == DeviceRule.ALL)
                && a.access().chars().anyMatch(access -> b.access().indexOf(access) >= 0);
    }

    private static boolean sameNumbers(DeviceRule a, DeviceRule b) {
        return a.type().equals(b.type()) && a.major() == b.major() && a.minor() == b.minor();
    }
}
