package io.holdfast.keeper.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers are facts; they are compared with what else states them on this machine. */
class CallTableTest {
    private static final Path X86_64 = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
    private static final Path GENERIC = Path.of("/usr/include/asm-generic/unistd.h");
    private static final Pattern NUMBER = Pattern.compile("#define __NR(3264)?_(\\w+)\\s+(\\d+)");
    private static final int FIRST_COMMON = 424;

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldAgreeWithTheRowsOfTheLaunchProgram(Arch arch) {
        for (Call call : Call.values()) {
            assertThat(CallTable.number(call.callName(), arch))
                    .as(call.callName())
                    .hasValue(call.number(arch));
        }
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldGiveEachNumberOnce(Arch arch) {
        assertThat(new HashSet<>(CallTable.all(arch).values()))
                .hasSameSizeAs(CallTable.all(arch).values());
    }

    /** Since 5.1 calls have one number everywhere. */
    @Test
    void shouldHaveOneNumberOnBothArchitecturesWhenACallIsNew() {
        CallTable.all(Arch.X86_64).forEach((call, number) -> {
            if (number >= FIRST_COMMON) {
                assertThat(CallTable.number(call, Arch.AARCH64)).as(call).hasValue(number);
            }
        });
    }

    @Test
    @Tag("host-tools")
    void shouldAgreeWithTheKernelsHeaderForX86() throws Exception {
        assumeTrue(Files.exists(X86_64), "needs the kernel's headers");
        numbers(X86_64)
                .forEach((call, number) ->
                        assertThat(CallTable.number(call, Arch.X86_64)).as(call).hasValue(number));
    }

    @Test
    @Tag("host-tools")
    void shouldAgreeWithTheKernelsHeaderForAarch64() throws Exception {
        assumeTrue(Files.exists(GENERIC), "needs the kernel's headers");
        Map<String, Integer> generic = numbers(GENERIC);
        // the file names calls of 32-bit machines beside those of 64-bit ones
        Map<String, Integer> here = new HashMap<>(CallTable.all(Arch.AARCH64));
        int compared = 0;
        for (Map.Entry<String, Integer> call : here.entrySet()) {
            Integer theirs = generic.get(call.getKey());
            if (theirs != null) {
                assertThat(call.getValue()).as(call.getKey()).isEqualTo(theirs);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(290);
    }

    private static Map<String, Integer> numbers(Path header) throws Exception {
        Map<String, Integer> numbers = new HashMap<>();
        for (String line : Files.readAllLines(header)) {
            Matcher matcher = NUMBER.matcher(line);
            if (matcher.lookingAt() && !matcher.group(2).equals("syscalls")) {
                numbers.put(matcher.group(2), Integer.parseInt(matcher.group(3)));
            }
        }
        return numbers;
    }
}
