package io.holdfast.keeper.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.linux.Errno;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTextTest {
    @Test
    void shouldReadActionsContinuationsConditionsAndCapabilities() {
        Profile profile = ProfileText.read("""
                # a comment
                default EPERM   # another
                allow read
                      # in between
                      write
                ENOSYS clone3
                kill reboot when arg0 & 0xf0 == 0x10 and int5 <= 7
                with CAP_SYS_ADMIN allow mount
                with CAP_BPF allow bpf
                """, Set.of("CAP_SYS_ADMIN"));
        assertThat(profile.defaultAction()).isEqualTo(Action.errno(Errno.EPERM));
        assertThat(profile.rules())
                .containsExactly(
                        new Rule(List.of("read", "write"), Action.ALLOW, List.of()),
                        new Rule(List.of("clone3"), Action.errno(Errno.ENOSYS), List.of()),
                        new Rule(
                                List.of("reboot"),
                                Action.KILL_PROCESS,
                                List.of(
                                        new Condition(0, 0xf0, Condition.Op.EQ, 0x10),
                                        new Condition(5, 0xffffffffL, Condition.Op.LE, 7))),
                        new Rule(List.of("mount"), Action.ALLOW, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allow read|no line names the default action",
                "default maybe|maybe is no action",
                "default EPERM;allow|an action and names of calls are wanted",
                "default EPERM;permit read|permit is no action",
                "default EPERM;allow raed|there is no call raed",
                "default EPERM;allow read when arg6 == 1|is no condition",
                "default EPERM;allow read when int0 = 1|is no condition",
                "default EPERM;with SYS_ADMIN allow read|a capability such as",
            })
    void shouldNameTheLineThatIsWrong(String text, String message) {
        assertThatThrownBy(() -> ProfileText.read(text.replace(';', '\n'), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
