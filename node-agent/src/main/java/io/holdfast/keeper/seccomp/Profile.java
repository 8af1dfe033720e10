package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rules, most of them of allowed calls, and what is done with all other calls. Of the rules of one call the first without a condition
 * decides, else the first whose conditions all hold, else the default.
 *
 * @param flags of seccomp(2)
 * @param newest whether calls are known up to the newest of the table or to the newest that a rule names; newer ones answer ENOSYS
 *     where the default is an error number: a program that is told EPERM gives up, one that is told ENOSYS takes the way of an older
 *     kernel
 */
record Profile(Action defaultAction, List<Rule> rules, int flags, Newest newest) {

    enum Newest {
        OF_TABLE,
        OF_RULES
    }

    Profile {
        rules = List.copyOf(rules);
    }

    /** The rules of one call in the order in which they are tried; the last one is without conditions. */
    record Decision(List<Rule> conditional, Action otherwise) {}

    /** For each call that has a rule, by number. Calls that the architecture does not have are left out. */
    SortedMap<Integer, Decision> decisions(Arch arch) {
        SortedMap<Integer, List<Rule>> byNumber = new TreeMap<>();
        for (Rule rule : rules) {
            for (String call : rule.calls()) {
                CallTable.number(call, arch)
                        .ifPresent(number -> byNumber.computeIfAbsent(number, n -> new ArrayList<>())
                                .add(rule));
            }
        }
        SortedMap<Integer, Decision> decisions = new TreeMap<>();
        byNumber.forEach((number, all) -> decisions.put(number, decision(all)));
        return decisions;
    }

    private Decision decision(List<Rule> all) {
        for (Rule rule : all) {
            if (rule.conditions().isEmpty()) {
                return new Decision(List.of(), rule.action());
            }
        }
        return new Decision(List.copyOf(all), defaultAction);
    }

    /** The highest number of a call that the default action is for. */
    int lastKnown(Arch arch) {
        if (newest == Newest.OF_TABLE) {
            return CallTable.last(arch);
        }
        SortedMap<Integer, Decision> decisions = decisions(arch);
        return decisions.isEmpty() ? CallTable.last(arch) : decisions.lastKey();
    }

    /** For a call that is newer than the profile. */
    Action newerAction() {
        return defaultAction.isErrno() ? Action.errno(Errno.ENOSYS) : defaultAction;
    }

    /** Whether nothing is kept from a program. */
    boolean allowsAll() {
        return defaultAction.equals(Action.ALLOW)
                && rules.stream().allMatch(rule -> rule.action().equals(Action.ALLOW));
    }
}
