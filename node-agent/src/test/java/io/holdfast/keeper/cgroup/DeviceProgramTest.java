package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.cgroup.DeviceProgram.Instruction;
import io.holdfast.keeper.oci.Spec.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The program's answers, from an interpreter of the few instructions that it has. */
class DeviceProgramTest {
    private static final int ALL = DeviceRule.ALL;

    @Test
    void shouldAllowTheDefaultsAndNothingElse() {
        List<DeviceRule> rules = DeviceRules.DEFAULTS;

        assertThat(asked(rules, 'c', 1, 3, "rw")).isTrue();
        assertThat(asked(rules, 'c', 136, 77, "rw")).isTrue();
        assertThat(asked(rules, 'c', 5, 1, "w")).isTrue();
        assertThat(asked(rules, 'b', 8, 0, "m")).isTrue();
        assertThat(asked(rules, 'b', 8, 0, "r")).isFalse();
        assertThat(asked(rules, 'b', 1, 3, "r")).isFalse();
        assertThat(asked(rules, 'c', 1, 1, "w")).isFalse();
        assertThat(asked(rules, 'c', 1, 1, "rm")).isFalse();
    }

    @Test
    void shouldLetTheLastRuleDecideEachAccess() {
        List<DeviceRule> rules =
                List.of(rule(true, "c", 10, ALL, "rwm"), rule(false, "c", 10, 200, "w"), rule(true, "a", 7, ALL, "r"));

        assertThat(asked(rules, 'c', 10, 200, "r")).isTrue();
        assertThat(asked(rules, 'c', 10, 200, "rw")).isFalse();
        assertThat(asked(rules, 'c', 10, 201, "rw")).isTrue();
        assertThat(asked(rules, 'b', 7, 1, "r")).isTrue();
        assertThat(asked(rules, 'b', 7, 1, "rw")).isFalse();
    }

    @Test
    void shouldAllowEverythingWhenEverythingIsAllowed() {
        List<DeviceRule> rules = List.of(rule(false, "a", ALL, ALL, "rwm"), rule(true, "a", ALL, ALL, "rwm"));

        assertThat(asked(rules, 'b', 8, 0, "rwm")).isTrue();
        assertThat(DeviceProgram.instructions(rules))
                .as("what stands before is not reached, and the verifier would refuse it")
                .hasSize(8);
    }

    @Test
    void shouldAnswerAsTheRulesReadWhateverTheyAre() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<DeviceRule> rules = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                rules.add(rule(
                        random.nextBoolean(),
                        List.of("a", "b", "c").get(random.nextInt(3)),
                        random.nextInt(4) - 1,
                        random.nextInt(4) - 1,
                        List.of("r", "w", "m", "rw", "rwm").get(random.nextInt(5))));
            }
            for (String access : List.of("r", "w", "m", "rw", "rwm")) {
                char type = random.nextBoolean() ? 'b' : 'c';
                int major = random.nextInt(3);
                int minor = random.nextInt(3);
                assertThat(asked(rules, type, major, minor, access))
                        .as("%s %d:%d %s by %s", type, major, minor, access, rules)
                        .isEqualTo(expected(rules, type, major, minor, access));
            }
        }
    }

    private static boolean expected(List<DeviceRule> rules, char type, int major, int minor, String access) {
        return access.chars().allMatch(letter -> {
            boolean allowed = false;
            for (DeviceRule rule : rules) {
                if ((rule.type().equals("a") || rule.type().charAt(0) == type)
                        && (rule.major() == ALL || rule.major() == major)
                        && (rule.minor() == ALL || rule.minor() == minor)
                        && rule.access().indexOf(letter) >= 0) {
                    allowed = rule.allow();
                }
            }
            return allowed;
        });
    }

    private static DeviceRule rule(boolean allow, String type, int major, int minor, String access) {
        return new DeviceRule(allow, type, major, minor, access);
    }

    private static boolean asked(List<DeviceRule> rules, char type, int major, int minor, String access) {
        int bits = (access.contains("m") ? 1 : 0) | (access.contains("r") ? 2 : 0) | (access.contains("w") ? 4 : 0);
        return run(DeviceProgram.instructions(rules), new int[] {bits << 16 | (type == 'b' ? 1 : 2), major, minor})
                == 1;
    }

    private static long run(List<Instruction> program, int[] context) {
        long[] registers = new long[11];
        for (int at = 0; ; at++) {
            Instruction each = program.get(at);
            int to = each.destination();
            switch (each.code()) {
                case DeviceProgram.LOAD_WORD -> registers[to] = context[each.offset() / 4] & 0xffffffffL;
                case DeviceProgram.MOVE_32 -> registers[to] = registers[each.source()] & 0xffffffffL;
                case DeviceProgram.AND_32 -> registers[to] = registers[to] & each.value() & 0xffffffffL;
                case DeviceProgram.SHIFT_RIGHT_32 -> registers[to] = (registers[to] & 0xffffffffL) >>> each.value();
                case DeviceProgram.MOVE_VALUE -> registers[to] = each.value();
                case DeviceProgram.JUMP_NOT_EQUAL -> at += registers[to] != each.value() ? each.offset() : 0;
                case DeviceProgram.JUMP_EQUAL -> at += registers[to] == each.value() ? each.offset() : 0;
                case DeviceProgram.EXIT -> {
                    return registers[0];
                }
                default -> throw new AssertionError("instruction " + each);
            }
        }
    }
}
