package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The default profile in the words of an OCI configuration, so that another runtime can be given the same filter. */
public final class OciWriter {
    private static final long INT = 0xffffffffL;

    private OciWriter() {}

    /**
     * Rules of allowed calls, EPERM for all others. Of several conditions on one argument the first is told: not all readers of such
     * configurations take more.
     *
     * @param capabilities of the bounding set: some calls are allowed to those that have them
     */
    public static Spec.Seccomp defaultProfile(List<String> capabilities) {
        Profile profile = ProfileText.read(Resources.text("default.seccomp"), Set.copyOf(capabilities));
        TreeSet<String> unconditional = new TreeSet<>();
        List<Spec.SyscallRule> rules = new ArrayList<>();
        for (Rule rule : profile.rules()) {
            if (!rule.action().equals(Action.ALLOW)) {
                continue;
            }
            if (rule.conditions().isEmpty()) {
                unconditional.addAll(rule.calls());
            } else {
                rules.add(new Spec.SyscallRule(rule.calls(), "SCMP_ACT_ALLOW", 0, arguments(rule.conditions())));
            }
        }
        rules.add(0, new Spec.SyscallRule(List.copyOf(unconditional), "SCMP_ACT_ALLOW", 0, List.of()));
        return new Spec.Seccomp("SCMP_ACT_ERRNO", 0, List.of(), List.of(), rules);
    }

    private static List<Spec.SyscallArg> arguments(List<Condition> conditions) {
        List<Spec.SyscallArg> arguments = new ArrayList<>();
        Set<Integer> told = new TreeSet<>();
        for (Condition condition : conditions) {
            if (told.add(condition.index())) {
                boolean masked = condition.mask() != Condition.ALL && condition.mask() != INT;
                arguments.add(
                        masked
                                ? new Spec.SyscallArg(
                                        condition.index(), condition.mask(), condition.value(), "SCMP_CMP_MASKED_EQ")
                                : new Spec.SyscallArg(
                                        condition.index(), condition.value(), 0, "SCMP_CMP_" + condition.op()));
            }
        }
        return arguments;
    }
}
