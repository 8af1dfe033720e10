package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the filter of an OCI configuration. Differences to other runtimes, each to the safe side: other architectures' calls are never
 * opened, since a 64-bit container's 32-bit programs are killed; conditions of one rule all have to hold, also two on one argument.
 */
final class OciProfile {
    private static final String PATH = "linux.seccomp";

    private static final Map<String, Integer> FLAGS = Map.of(
            "SECCOMP_FILTER_FLAG_TSYNC", 1,
            "SECCOMP_FILTER_FLAG_LOG", 2,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW", 4);

    private static final Set<String> ARCHITECTURES = Set.of(
            "SCMP_ARCH_X86",
            "SCMP_ARCH_X86_64",
            "SCMP_ARCH_X32",
            "SCMP_ARCH_ARM",
            "SCMP_ARCH_AARCH64",
            "SCMP_ARCH_MIPS",
            "SCMP_ARCH_MIPS64",
            "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL",
            "SCMP_ARCH_MIPSEL64",
            "SCMP_ARCH_MIPSEL64N32",
            "SCMP_ARCH_PPC",
            "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE",
            "SCMP_ARCH_S390",
            "SCMP_ARCH_S390X",
            "SCMP_ARCH_PARISC",
            "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_RISCV64",
            "SCMP_ARCH_LOONGARCH64",
            "SCMP_ARCH_M68K",
            "SCMP_ARCH_SH",
            "SCMP_ARCH_SHEB");

    private OciProfile() {}

    /** @throws LaunchException for what is wrong or not supported; its step is the path of the field */
    static Profile read(Spec.Seccomp given) throws LaunchException {
        Action defaultAction = action(PATH + ".defaultAction", given.defaultAction(), given.defaultErrnoRet());
        for (int i = 0; i < given.architectures().size(); i++) {
            String architecture = given.architectures().get(i);
            if (!ARCHITECTURES.contains(architecture)) {
                throw refused(PATH + ".architectures[" + i + "]", architecture + " is no architecture");
            }
        }
        int flags = 0;
        for (int i = 0; i < given.flags().size(); i++) {
            Integer flag = FLAGS.get(given.flags().get(i));
            if (flag == null) {
                throw refused(
                        PATH + ".flags[" + i + "]",
                        given.flags().get(i) + " is not supported, " + String.join(", ", new TreeSet<>(FLAGS.keySet()))
                                + " are");
            }
            flags |= flag;
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < given.syscalls().size(); i++) {
            rules.add(rule(PATH + ".syscalls[" + i + "]", given.syscalls().get(i)));
        }
        return new Profile(defaultAction, rules, flags, Profile.Newest.OF_RULES);
    }

    /** Names that no architecture has: they are of a kernel to come, or misspelt. */
    static Set<String> unknownCalls(Spec.Seccomp given) {
        Set<String> unknown = new TreeSet<>();
        given.syscalls()
                .forEach(rule -> rule.names().stream()
                        .filter(name -> !CallTable.isKnown(name))
                        .forEach(unknown::add));
        return unknown;
    }

    private static Rule rule(String path, Spec.SyscallRule given) throws LaunchException {
        if (given.names().isEmpty()) {
            throw refused(path + ".names", "no call is named");
        }
        List<Condition> conditions = new ArrayList<>();
        for (int i = 0; i < given.args().size(); i++) {
            conditions.add(condition(path + ".args[" + i + "]", given.args().get(i)));
        }
        return new Rule(given.names(), action(path + ".action", given.action(), given.errnoRet()), conditions);
    }

    private static Action action(String path, String name, int errno) throws LaunchException {
        return switch (name) {
            case "SCMP_ACT_ALLOW" -> Action.ALLOW;
            case "SCMP_ACT_LOG" -> Action.LOG;
            case "SCMP_ACT_TRAP" -> Action.TRAP;
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> Action.KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS" -> Action.KILL_PROCESS;
            case "SCMP_ACT_ERRNO" -> {
                if (errno < 0 || errno > Action.MAX_ERRNO) {
                    throw refused(path, "error number " + errno + " is not between 0 and " + Action.MAX_ERRNO);
                }
                yield Action.errno(errno == 0 ? Errno.EPERM : errno);
            }
            case "SCMP_ACT_TRACE" -> {
                if (errno < 0 || errno > Action.MAX_DATA) {
                    throw refused(path, "message " + errno + " is not between 0 and " + Action.MAX_DATA);
                }
                yield Action.trace(errno == 0 ? Errno.EPERM : errno);
            }
            case "SCMP_ACT_NOTIFY" ->
                throw refused(path, "SCMP_ACT_NOTIFY needs a supervisor that answers, which no container has here");
            case "" -> throw refused(path, "is missing: an action such as SCMP_ACT_ALLOW");
            default -> throw refused(path, name + " is no action");
        };
    }

    private static Condition condition(String path, Spec.SyscallArg given) throws LaunchException {
        if (given.index() < 0 || given.index() >= Condition.ARGUMENTS) {
            throw refused(path + ".index", given.index() + " is not between 0 and " + (Condition.ARGUMENTS - 1));
        }
        Condition.Op op = switch (given.op() == null ? "" : given.op()) {
            case "SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ" -> Condition.Op.EQ;
            case "SCMP_CMP_NE" -> Condition.Op.NE;
            case "SCMP_CMP_LT" -> Condition.Op.LT;
            case "SCMP_CMP_LE" -> Condition.Op.LE;
            case "SCMP_CMP_GT" -> Condition.Op.GT;
            case "SCMP_CMP_GE" -> Condition.Op.GE;
            default -> throw refused(path + ".op", given.op() + " is no comparison such as SCMP_CMP_EQ");
        };
        if (!"SCMP_CMP_MASKED_EQ".equals(given.op())) {
            return new Condition(given.index(), Condition.ALL, op, given.value());
        }
        if ((given.valueTwo() & ~given.value()) != 0) {
            throw refused(path + ".valueTwo", "has bits that the mask in value takes away, so it can never be met");
        }
        return new Condition(given.index(), given.value(), op, given.valueTwo());
    }

    private static LaunchException refused(String path, String why) {
        return new LaunchException(path, Errno.EINVAL, path + ": " + why);
    }
}
