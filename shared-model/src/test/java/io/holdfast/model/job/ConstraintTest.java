package io.holdfast.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConstraintTest {

    @ParameterizedTest
    @EnumSource(Constraint.Operator.class)
    void shouldReadWhatItWrites(Constraint.Operator operator) {
        String value = switch (operator) {
            case SET, UNSET -> "";
            default -> "5";
        };
        Constraint constraint = new Constraint("node.kernel", operator, value);

        assertThat(Constraint.parse("here", constraint.text())).isEqualTo(Outcome.ok(constraint));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ${a} > many       | compares with 'many', which is no number, by >
            ${a} set x        | has a value after set, which takes none
            ${a} in           | lacks a value after in
            ${a} =            | lacks a value after =
            ${a} matches (x   | has no regular expression in '(x': missing closing )
            ${a} matches      | lacks an expression after matches
            ${a} version new  | has no versions in 'new': write 'version >= 5.10, < 6'
            ${a} near x       | has an unknown operator 'near': write '${node.arch} = amd64', or compare by !=
            ${a} => x         | has an unknown operator '=>': write
            a = b             | is not a constraint: write '${node.arch} = amd64'
            """)
    void shouldSayWhatIsWrong(String text, String message) {
        Outcome<Constraint> outcome = Constraint.parse("groups[0].constraints[0]", text);

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(outcome.toString()).contains("groups[0].constraints[0]").contains(message);
    }
}
