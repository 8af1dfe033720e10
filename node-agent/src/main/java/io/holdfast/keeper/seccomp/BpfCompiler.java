package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Makes classic BPF of a profile: a check of the architecture, a binary search over ranges of call numbers with the same fate, and
 * behind it the conditions of those that have some. With the default profile the search takes seven comparisons where libseccomp's
 * usual chain takes some hundred; and from 5.11 the kernel tries every number once when a filter is loaded, by the very program, and
 * never runs it again for calls that are allowed whatever their arguments (kernel/seccomp.c, seccomp_cache_prepare).
 */
final class BpfCompiler {
    /** BPF_MAXINSNS (include/uapi/linux/bpf_common.h). */
    static final int MAX_INSTRUCTIONS = 4096;

    /** Of struct seccomp_data. */
    static final int NUMBER = 0;

    static final int ARCHITECTURE = 4;
    static final int ARGUMENTS = 16;

    private static final int AUDIT_ARCH_X86_64 = 0xc000003e;
    private static final int AUDIT_ARCH_AARCH64 = 0xc00000b7;
    private static final int X32_BIT = 0x40000000;

    private final Map<Action, BpfNode> returns = new HashMap<>();
    private final Arch arch;

    private BpfCompiler(Arch arch) {
        this.arch = arch;
    }

    static int auditArch(Arch arch) {
        return arch == Arch.X86_64 ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_AARCH64;
    }

    /** @throws LaunchException where the program would be longer than the kernel takes */
    static List<Instruction> compile(Profile profile, Arch arch) throws LaunchException {
        int conditions = profile.rules().stream()
                .mapToInt(rule -> rule.conditions().size())
                .sum();
        // each takes two at least, and is shared where several calls have the same
        List<Instruction> program = conditions > MAX_INSTRUCTIONS / 2
                ? List.of()
                : BpfAssembler.assemble(new BpfCompiler(arch).program(profile));
        if (program.isEmpty() || program.size() > MAX_INSTRUCTIONS) {
            throw new LaunchException(
                    "linux.seccomp",
                    Errno.E2BIG,
                    "linux.seccomp: the filter with its " + conditions + " conditions takes more than "
                            + MAX_INSTRUCTIONS + " instructions, the most that the kernel takes: use fewer conditions");
        }
        return program;
    }

    private BpfNode program(Profile profile) {
        BpfNode search = search(profile);
        if (arch == Arch.X86_64) {
            // calls of the x32 ABI have names and numbers of their own: no kernel that is in use answers them
            search = new BpfNode.Jump(Instruction.IF_AT_LEAST, X32_BIT, action(Action.errno(Errno.ENOSYS)), search);
        }
        return new BpfNode.Load(
                ARCHITECTURE,
                new BpfNode.Jump(
                        Instruction.IF_EQUAL,
                        auditArch(arch),
                        new BpfNode.Load(NUMBER, search),
                        action(Action.KILL_PROCESS)));
    }

    /** Where ranges begin, and what becomes of their calls. */
    private record Ranges(List<Integer> starts, List<BpfNode> fates) {
        void add(int start, BpfNode fate) {
            int last = starts.size() - 1;
            if (last >= 0 && starts.get(last) == start) {
                starts.remove(last);
                fates.remove(last);
                last--;
            }
            if (last < 0 || fates.get(last) != fate) {
                starts.add(start);
                fates.add(fate);
            }
        }
    }

    private BpfNode search(Profile profile) {
        SortedMap<Integer, Profile.Decision> decisions = profile.decisions(arch);
        Map<Profile.Decision, BpfNode> nodes = new HashMap<>();
        BpfNode unnamed = action(profile.defaultAction());
        Ranges ranges = new Ranges(new ArrayList<>(), new ArrayList<>());
        ranges.add(0, unnamed);
        decisions.forEach((number, decision) -> {
            ranges.add(number, nodes.computeIfAbsent(decision, this::node));
            ranges.add(number + 1, unnamed);
        });
        ranges.add(profile.lastKnown(arch) + 1, action(profile.newerAction()));
        return search(ranges, 0, ranges.starts().size());
    }

    private BpfNode search(Ranges ranges, int from, int to) {
        if (to - from == 1) {
            return ranges.fates().get(from);
        }
        int middle = (from + to) / 2;
        return new BpfNode.Jump(
                Instruction.IF_AT_LEAST,
                ranges.starts().get(middle),
                search(ranges, middle, to),
                search(ranges, from, middle));
    }

    private BpfNode action(Action action) {
        return returns.computeIfAbsent(action, key -> new BpfNode.Return(key.value()));
    }

    private BpfNode node(Profile.Decision decision) {
        BpfNode next = action(decision.otherwise());
        for (int i = decision.conditional().size() - 1; i >= 0; i--) {
            Rule rule = decision.conditional().get(i);
            BpfNode yes = action(rule.action());
            for (int k = rule.conditions().size() - 1; k >= 0; k--) {
                yes = test(rule.conditions().get(k), yes, next);
            }
            next = yes;
        }
        return next;
    }

    /** The kernel's BPF has 32-bit words: the upper half decides, where it is equal the lower one. */
    private static BpfNode test(Condition condition, BpfNode yes, BpfNode no) {
        return switch (condition.op()) {
            case EQ -> equal(condition, yes, no);
            case NE -> equal(condition, no, yes);
            case GT -> order(condition, Instruction.IF_GREATER, yes, no);
            case GE -> order(condition, Instruction.IF_AT_LEAST, yes, no);
            case LE -> order(condition, Instruction.IF_GREATER, no, yes);
            case LT -> order(condition, Instruction.IF_AT_LEAST, no, yes);
        };
    }

    private static BpfNode equal(Condition condition, BpfNode yes, BpfNode no) {
        int high = (int) (condition.value() >>> 32);
        BpfNode lower = lower(condition, Instruction.IF_EQUAL, yes, no);
        if (condition.mask() >>> 32 == 0) {
            return high == 0 ? lower : no;
        }
        return upper(condition, new BpfNode.Jump(Instruction.IF_EQUAL, high, lower, no));
    }

    private static BpfNode order(Condition condition, int code, BpfNode yes, BpfNode no) {
        int high = (int) (condition.value() >>> 32);
        BpfNode lower = lower(condition, code, yes, no);
        if (condition.mask() >>> 32 == 0) {
            return high == 0 ? lower : no;
        }
        BpfNode same = new BpfNode.Jump(Instruction.IF_EQUAL, high, lower, no);
        return upper(condition, new BpfNode.Jump(Instruction.IF_GREATER, high, yes, same));
    }

    private static BpfNode upper(Condition condition, BpfNode test) {
        return word(condition.index() * 8 + 4, (int) (condition.mask() >>> 32), test);
    }

    private static BpfNode lower(Condition condition, int code, BpfNode yes, BpfNode no) {
        return word(
                condition.index() * 8,
                (int) condition.mask(),
                new BpfNode.Jump(code, (int) condition.value(), yes, no));
    }

    /** Both architectures have the lower half first. */
    private static BpfNode word(int offset, int mask, BpfNode next) {
        BpfNode masked = mask == -1 ? next : new BpfNode.And(mask, next);
        return new BpfNode.Load(ARGUMENTS + offset, masked);
    }
}
