package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec.DeviceRule;

/** The devices that every container may use. */
public final class DefaultDevices {
    private DefaultDevices() {}

    /** Whether a rule allows nothing beyond them. */
    public static boolean cover(DeviceRule rule) {
        return rule.access()
                .chars()
                .allMatch(access -> DeviceRules.DEFAULTS.stream()
                        .anyMatch(each -> each.access().indexOf(access) >= 0
                                && each.type().equals(rule.type())
                                && covers(each.major(), rule.major())
                                && covers(each.minor(), rule.minor())));
    }

    private static boolean covers(int mine, int asked) {
        return mine == DeviceRule.ALL || mine == asked;
    }
}
