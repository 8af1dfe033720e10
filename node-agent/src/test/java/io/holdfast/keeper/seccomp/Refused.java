package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.LaunchException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the default profile refuses, for tests that ask the kernel. */
public final class Refused {
    private Refused() {}

    /** Numbers of calls, each with the error number that it answers where all its arguments are -1. */
    public static Map<Integer, Integer> byDefault(List<String> capabilities) throws LaunchException {
        Arch arch = Arch.current();
        Profile profile = ProfileText.read(Resources.text("default.seccomp"), Set.copyOf(capabilities));
        BpfMachine machine = new BpfMachine(BpfCompiler.compile(profile, arch));
        Map<Integer, Integer> refused = new TreeMap<>();
        for (int number = 0; number <= CallTable.last(arch) + 20; number++) {
            int answer = machine.run(number, BpfCompiler.auditArch(arch), -1, -1, -1, -1, -1, -1);
            if (new Action(answer).isErrno()) {
                refused.put(number, answer & Action.MAX_DATA);
            }
        }
        return refused;
    }
}
