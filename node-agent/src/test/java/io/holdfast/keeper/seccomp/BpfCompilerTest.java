package io.holdfast.keeper.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the compiled program answers is what its rules say, for every call number. */
class BpfCompilerTest {
    private static final int BEYOND = 600;
    private static final int PROFILES = 300;
    private static final int TRIES = 12;
    private static final long[] EDGES = {
        0, 1, 0xffffffffL, 0x100000000L, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x7e020000L, 0x17e020000L, 38, 40
    };

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldAnswerAsItsRulesSayWhateverTheProfile(Arch arch) throws Exception {
        List<String> names = List.copyOf(CallTable.all(arch).keySet());
        for (int seed = 0; seed < PROFILES; seed++) {
            Random random = new Random(seed);
            Profile profile = random(random, names);
            BpfMachine machine = new BpfMachine(BpfCompiler.compile(profile, arch));
            SortedMap<Integer, Profile.Decision> decisions = profile.decisions(arch);
            for (int number = -1; number < BEYOND; number++) {
                Profile.Decision decision = decisions.get(number);
                int tries = decision == null || decision.conditional().isEmpty() ? 1 : TRIES;
                for (int i = 0; i < tries; i++) {
                    long[] arguments = arguments(random, decision);
                    assertThat(machine.run(number, BpfCompiler.auditArch(arch), arguments))
                            .as("seed %d, call %d", seed, number)
                            .isEqualTo(naive(profile, arch, number, arguments).value());
                }
            }
        }
    }

    /** The rules, read as they are written, without the compiler's decisions. */
    private static Action naive(Profile profile, Arch arch, int number, long[] arguments) {
        if (arch == Arch.X86_64 && Integer.compareUnsigned(number, 0x40000000) >= 0) {
            return Action.errno(Errno.ENOSYS);
        }
        Action conditional = null;
        int newest = -1;
        for (Rule rule : profile.rules()) {
            for (String call : rule.calls()) {
                int its = CallTable.number(call, arch).orElse(-1);
                newest = Math.max(newest, its);
                if (its == number && number >= 0) {
                    if (rule.conditions().isEmpty()) {
                        return rule.action();
                    }
                    boolean holds = rule.conditions().stream().allMatch(condition -> condition.holds(arguments));
                    conditional = conditional == null && holds ? rule.action() : conditional;
                }
            }
        }
        if (conditional != null) {
            return conditional;
        }
        int last = profile.newest() == Profile.Newest.OF_TABLE || newest < 0 ? CallTable.last(arch) : newest;
        boolean newer = Integer.compareUnsigned(number, last) > 0;
        return newer && profile.defaultAction().isErrno() ? Action.errno(Errno.ENOSYS) : profile.defaultAction();
    }

    private static Profile random(Random random, List<String> names) {
        List<Rule> rules = new ArrayList<>();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            List<String> calls = new ArrayList<>();
            int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 6);
            for (int k = 0; k < size; k++) {
                calls.add(names.get(random.nextInt(names.size())));
            }
            List<Condition> conditions = new ArrayList<>();
            int conditionCount = random.nextInt(4) == 0 ? random.nextInt(12) : 0;
            for (int k = 0; k < conditionCount; k++) {
                conditions.add(new Condition(
                        random.nextInt(Condition.ARGUMENTS),
                        mask(random),
                        Condition.Op.values()[random.nextInt(Condition.Op.values().length)],
                        value(random)));
            }
            rules.add(new Rule(calls, action(random), conditions));
        }
        return new Profile(
                action(random), rules, 0, random.nextBoolean() ? Profile.Newest.OF_TABLE : Profile.Newest.OF_RULES);
    }

    private static Action action(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Action.errno(1 + random.nextInt(Action.MAX_ERRNO));
            case 1 -> Action.KILL_PROCESS;
            case 2 -> Action.LOG;
            case 3 -> Action.trace(random.nextInt(Action.MAX_DATA + 1));
            default -> Action.ALLOW;
        };
    }

    private static long mask(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0xffffffffL;
            case 1 -> random.nextLong();
            default -> Condition.ALL;
        };
    }

    private static long value(Random random) {
        return random.nextInt(3) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
    }

    /** Around the values that the conditions compare with, or any. */
    private static long[] arguments(Random random, Profile.Decision decision) {
        long[] arguments = new long[Condition.ARGUMENTS];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = value(random);
        }
        if (decision != null && random.nextBoolean()) {
            for (Rule rule : decision.conditional()) {
                for (Condition condition : rule.conditions()) {
                    if (random.nextBoolean()) {
                        arguments[condition.index()] = condition.value() + random.nextInt(3) - 1;
                    }
                }
            }
        }
        return arguments;
    }

    @Test
    void shouldReachWhatIsFarWhenAProgramIsLong() throws Exception {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            rules.add(new Rule(
                    List.of("ioctl", "read"),
                    i % 2 == 0 ? Action.ALLOW : Action.errno(1 + i),
                    List.of(new Condition(1, Condition.ALL, Condition.Op.EQ, i * 0x100000001L))));
        }
        Profile profile = new Profile(Action.KILL_PROCESS, rules, 0, Profile.Newest.OF_TABLE);
        List<Instruction> program = BpfCompiler.compile(profile, Arch.X86_64);
        BpfMachine machine = new BpfMachine(program);
        assertThat(program.size()).isBetween(700 * 4, BpfCompiler.MAX_INSTRUCTIONS);
        int ioctl = CallTable.number("ioctl", Arch.X86_64).orElseThrow();
        for (int i = 0; i < 700; i++) {
            int answer = machine.run(ioctl, BpfCompiler.auditArch(Arch.X86_64), 0, i * 0x100000001L, 0, 0, 0, 0);
            assertThat(answer).isEqualTo(rules.get(i).action().value());
        }
        assertThat(machine.run(ioctl, BpfCompiler.auditArch(Arch.X86_64), 0, 5, 0, 0, 0, 0))
                .isEqualTo(Action.KILL_PROCESS.value());
    }

    @Test
    void shouldRefuseAProfileWhenTheKernelWouldNotTakeItsProgram() {
        for (int count : List.of(1_200, 3_000, 200_000)) {
            List<Rule> rules = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rules.add(new Rule(
                        List.of("ioctl"),
                        Action.ALLOW,
                        List.of(new Condition(1, Condition.ALL, Condition.Op.EQ, i * 0x100000001L))));
            }
            Profile profile = new Profile(Action.errno(1), rules, 0, Profile.Newest.OF_TABLE);
            assertThatThrownBy(() -> BpfCompiler.compile(profile, Arch.X86_64))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("more than 4096 instructions");
        }
    }

    @Test
    void shouldKillWhenTheCallIsOfAnotherArchitecture() throws Exception {
        Profile profile = new Profile(Action.ALLOW, List.of(), 0, Profile.Newest.OF_TABLE);
        for (Arch arch : Arch.values()) {
            BpfMachine machine = new BpfMachine(BpfCompiler.compile(profile, arch));
            int i386 = 0x40000003;
            assertThat(machine.run(1, i386)).isEqualTo(Action.KILL_PROCESS.value());
            assertThat(machine.run(1, BpfCompiler.auditArch(Arch.values()[1 - arch.ordinal()])))
                    .isEqualTo(Action.KILL_PROCESS.value());
        }
    }
}
