package io.holdfast.placement.filter;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Constraint.Operator;
import io.holdfast.placement.table.AttributeMatch;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Two constraints that no value of an attribute can meet both: then it is the job that is wrong, not the nodes. */
public final class Contradiction {
    private static final Set<Operator> BELOW = Set.of(Operator.LESS, Operator.AT_MOST);
    private static final Set<Operator> ABOVE = Set.of(Operator.MORE, Operator.AT_LEAST);

    private Contradiction() {}

    /** The first two that contradict each other, as a sentence. */
    public static Optional<String> in(List<Constraint> constraints) {
        for (int i = 0; i < constraints.size(); i++) {
            for (int k = i + 1; k < constraints.size(); k++) {
                Constraint one = constraints.get(i);
                Constraint other = constraints.get(k);
                if (one.attribute().equals(other.attribute()) && contradict(one, other)) {
                    return Optional.of("no node can meet both " + one.text() + " and " + other.text());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean contradict(Constraint one, Constraint other) {
        return noneMeets(values(one), other) || noneMeets(values(other), one) || apart(one, other) || apart(other, one);
    }

    /** The only values that meet a constraint; empty where there is no such list. */
    private static List<String> values(Constraint constraint) {
        return switch (constraint.operator()) {
            case EQUAL -> List.of(constraint.value());
            case IN ->
                Arrays.stream(constraint.value().split(",")).map(String::strip).toList();
            case UNSET -> List.of("");
            default -> List.of();
        };
    }

    private static boolean noneMeets(List<String> values, Constraint constraint) {
        return !values.isEmpty() && values.stream().noneMatch(AttributeMatch.of(constraint));
    }

    private static boolean apart(Constraint below, Constraint above) {
        if (!BELOW.contains(below.operator()) || !ABOVE.contains(above.operator())) {
            return false;
        }
        try {
            int sign = new BigDecimal(below.value().strip())
                    .compareTo(new BigDecimal(above.value().strip()));
            boolean bothTakeTheLimit = Stream.of(below, above)
                    .allMatch(c -> c.operator() == Operator.AT_MOST || c.operator() == Operator.AT_LEAST);
            return sign < 0 || sign == 0 && !bothTakeTheLimit;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
