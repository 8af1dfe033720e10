package io.holdfast.model.text;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number and a unit. Exact: what does not come out as a whole number of the smallest unit, or leaves a {@code long}, is
 * refused, never rounded. No exponents, so that no short text stands for a number of a million digits.
 */
final class Quantity {
    /** A longer text is no quantity. */
    private static final int MAX_LENGTH = 40;

    private static final Pattern FORM = Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)([A-Za-z]{0,8})");

    private final String noun;
    private final String example;
    private final String smallest;
    private final Map<String, Long> units;

    /**
     * @param noun as {@code a size}
     * @param example a good one
     * @param smallest what the results count, as {@code byte}
     * @param units what each stands for; an empty key is a number without unit
     */
    Quantity(String noun, String example, String smallest, Map<String, Long> units) {
        this.noun = noun;
        this.example = example;
        this.smallest = smallest;
        this.units = units;
    }

    Outcome<Long> parse(String path, String text) {
        if (text.startsWith("-")) {
            return refuse(path, text, "is negative: give " + noun + " as " + example);
        }
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_LENGTH || !form.matches()) {
            return refuse(path, text, "is not " + noun + ": write a number and a unit, as " + example);
        }
        String number = form.group(1);
        String unit = form.group(2);
        Long factor = units.get(unit);
        if (factor == null) {
            return zero(number) && unit.isEmpty() ? Outcome.ok(0L) : refuse(path, text, unitMessage(number, unit));
        }
        BigDecimal exact = new BigDecimal(number).multiply(BigDecimal.valueOf(factor));
        if (exact.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return refuse(path, text, "is more than can be counted: give " + noun + " as " + example);
        }
        if (exact.stripTrailingZeros().scale() > 0) {
            return refuse(path, text, "is finer than one " + smallest + ": give " + noun + " as " + example);
        }
        return Outcome.ok(exact.longValueExact());
    }

    private String unitMessage(String number, String unit) {
        if (unit.isEmpty()) {
            return "has no unit: write " + noun + " as " + example;
        }
        Optional<String> near = units.keySet().stream()
                .filter(known -> !known.isEmpty() && known.equalsIgnoreCase(unit))
                .findFirst();
        String hint = near.map(known -> ", did you mean " + number + known).orElse("");
        return "has an unknown unit: write " + noun + " as " + example + hint;
    }

    private static boolean zero(String number) {
        return new BigDecimal(number).signum() == 0;
    }

    private static Outcome<Long> refuse(String path, String value, String message) {
        return Outcome.refused(Rejected.invalid(path, value, message));
    }
}
