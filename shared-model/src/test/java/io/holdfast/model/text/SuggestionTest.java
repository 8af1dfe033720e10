package io.holdfast.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> FIELDS =
            List.of("memory", "memoryMax", "cpu", "cpuMax", "pids", "stopGrace", "env");

    @ParameterizedTest
    @CsvSource({
        "memroy,memory",
        "Memory,memory",
        "memory_max,memoryMax",
        "memory-max,memoryMax",
        "stopgrace,stopGrace",
        "cup,cpu",
        "evn,env",
        "pid,pids"
    })
    void shouldFindWhatWasMeant(String word, String meant) {
        assertThat(Suggestion.nearest(word, FIELDS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"volumes", "x", "''", "ports"})
    void shouldNotGuessWhenNothingIsNear(String word) {
        assertThat(Suggestion.nearest(word, FIELDS)).isEmpty();
    }

    @Test
    void shouldNotCompareEndlessWords() {
        assertThat(Suggestion.nearest("m".repeat(1_000_000), FIELDS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Hello World,hello-world", "my_job,my-job", "-x-,x"})
    void shouldProposeAValidName(String text, String name) {
        assertThat(Names.like(text)).contains(name);
    }

    @Test
    void shouldHoldNamesToTheirLimit() {
        assertThat(Names.valid("a".repeat(63))).isTrue();
        assertThat(Names.valid("a".repeat(64))).isFalse();
        assertThat(Names.valid("a-")).isFalse();
        assertThat(Names.valid("-a")).isFalse();
        assertThat(Names.valid("")).isFalse();
        assertThat(Names.valid("a\n")).isFalse();
        assertThat(Names.like("x".repeat(62) + "-y")).contains("x".repeat(62));
    }
}
