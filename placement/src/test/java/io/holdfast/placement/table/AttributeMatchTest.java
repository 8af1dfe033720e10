package io.holdfast.placement.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Constraint.Operator;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeMatchTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EQUAL     | a            | a               | true
            EQUAL     | a            | A               | false
            NOT_EQUAL | a            | ''              | true
            LESS      | 8            | 7.5             | true
            LESS      | 8            | 8               | false
            LESS      | 8            | many            | false
            LESS      | 8            | ''              | false
            LESS      | few          | 1               | false
            AT_MOST   | 8            | 8.0             | true
            MORE      | 8            | 10              | true
            AT_LEAST  | 8            | 8               | true
            IN        | a, b,c       | b               | true
            IN        | a, b,c       | d               | false
            IN        | a, b,c       | ''              | false
            CONTAINS  | vx           | sse,avx2        | true
            CONTAINS  | vx           | ''              | false
            MATCHES   | ^6\\.[18] | 6.18            | true
            MATCHES   | ^6\\.[18] | 5.6.1           | false
            MATCHES   | .*           | ''              | false
            VERSION   | >= 5.10, < 6 | 5.10            | true
            VERSION   | >= 5.10, < 6 | 5.9             | false
            VERSION   | >= 5.10, < 6 | v5.15.3-generic | true
            VERSION   | >= 5.10, < 6 | 6.0             | false
            VERSION   | 5.10         | 5.10.0          | true
            VERSION   | != 5.10      | 5.10            | false
            VERSION   | > 1          | latest          | false
            VERSION   | newest       | 1               | false
            SET       | ''           | x               | true
            SET       | ''           | ''              | false
            UNSET     | ''           | ''              | true
            """)
    void shouldCompare(Operator operator, String wanted, String value, boolean meets) {
        assertThat(AttributeMatch.of(new Constraint("x", operator, wanted)).test(value))
                .isEqualTo(meets);
    }

    /** A backtracking matcher would take longer than the age of the world. */
    @Test
    void shouldNotTakeLongForAnExpressionThatIsMadeToTakeLong() {
        String value = "a".repeat(500) + "!";

        boolean meets = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> AttributeMatch.of(new Constraint("x", Operator.MATCHES, "^(a+)+$"))
                        .test(value));

        assertThat(meets).isFalse();
    }
}
