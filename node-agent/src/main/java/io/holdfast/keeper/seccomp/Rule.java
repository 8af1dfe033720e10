package io.holdfast.keeper.seccomp;

import java.util.List;

/** The action for some calls, where all conditions hold. */
record Rule(List<String> calls, Action action, List<Condition> conditions) {
    Rule {
        calls = List.copyOf(calls);
        conditions = List.copyOf(conditions);
    }
}
