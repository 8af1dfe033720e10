package io.holdfast.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void shouldCutWhatIsSeenAndNoColourWhenALineIsTooLong() {
        assertThat(Progress.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Progress.cut("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Progress.cut("\u001b[32mabcdef\u001b[0m", 6)).isEqualTo("\u001b[32mabcdef\u001b[0m");
        assertThat(Progress.cut("\u001b[32mabcdefg\u001b[0m", 6)).isEqualTo("\u001b[32mabcde…\u001b[0m");
    }
}
