package io.holdfast.testkit;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.List;

/** Opens outcomes in tests. */
public final class Outcomes {
    private Outcomes() {}

    /** The value; fails with all errors where there is none. */
    public static <T> T valueOf(Outcome<T> outcome) {
        return outcome.fold(value -> value, errors -> {
            throw new AssertionError(
                    "refused: " + errors.stream().map(Rejected::text).toList());
        });
    }

    /** The errors; fails with the value where there are none. */
    public static List<Rejected> errorsOf(Outcome<?> outcome) {
        return outcome.fold(
                value -> {
                    throw new AssertionError("should have been refused: " + value);
                },
                errors -> errors);
    }

    /** The errors in one line each. */
    public static List<String> textsOf(Outcome<?> outcome) {
        return errorsOf(outcome).stream().map(Rejected::text).toList();
    }
}
