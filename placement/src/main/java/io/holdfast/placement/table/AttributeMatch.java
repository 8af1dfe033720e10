package io.holdfast.placement.table;

import com.google.re2j.Pattern;
import io.holdfast.model.job.Constraint;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** A constraint as a test of values. An attribute without a value is an empty one. */
public final class AttributeMatch {
    private AttributeMatch() {}

    public static Predicate<String> of(Constraint constraint) {
        String wanted = constraint.value();
        return switch (constraint.operator()) {
            case EQUAL -> wanted::equals;
            case NOT_EQUAL -> value -> !wanted.equals(value);
            case LESS -> compared(wanted, sign -> sign < 0);
            case AT_MOST -> compared(wanted, sign -> sign <= 0);
            case MORE -> compared(wanted, sign -> sign > 0);
            case AT_LEAST -> compared(wanted, sign -> sign >= 0);
            case IN -> Arrays.stream(wanted.split(",")).map(String::strip).toList()::contains;
            case CONTAINS -> value -> !value.isEmpty() && value.contains(wanted);
            case MATCHES -> matching(Pattern.compile(wanted));
            case VERSION -> VersionRange.parse(wanted)::has;
            case SET -> value -> !value.isEmpty();
            case UNSET -> String::isEmpty;
        };
    }

    private static Predicate<String> matching(Pattern pattern) {
        return value -> !value.isEmpty() && pattern.matcher(value).find();
    }

    /** What is no number is neither smaller nor larger. */
    private static Predicate<String> compared(String wanted, Predicate<Integer> holds) {
        Optional<BigDecimal> limit = number(wanted);
        return value -> limit.isPresent()
                && number(value)
                        .filter(it -> holds.test(it.compareTo(limit.get())))
                        .isPresent();
    }

    private static Optional<BigDecimal> number(String text) {
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
