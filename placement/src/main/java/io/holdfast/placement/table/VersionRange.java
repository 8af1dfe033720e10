package io.holdfast.placement.table;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions between limits, written {@code >= 5.10, < 6}: all must hold. Versions are compared number by number, a missing one
 * counts as 0, and what follows the numbers (as {@code -generic}) is passed over, for kernels and packages use it as they like.
 */
final class VersionRange {
    private static final Pattern LIMIT = Pattern.compile("(=|!=|<=|>=|<|>)?+\\s*+v?+(\\d++(?:\\.\\d++)*+)\\s*+");
    private static final Pattern NUMBERS = Pattern.compile("v?+(\\d++(?:\\.\\d++)*+).*+");

    private record Limit(String operator, List<BigInteger> version) {}

    private final List<Limit> limits;

    private VersionRange(List<Limit> limits) {
        this.limits = limits;
    }

    /** One that is no range has no version in it. */
    static VersionRange parse(String text) {
        List<Limit> limits = new ArrayList<>();
        for (String part : text.split(",")) {
            Matcher matcher = LIMIT.matcher(part.strip());
            if (!matcher.matches()) {
                return new VersionRange(List.of());
            }
            limits.add(new Limit(matcher.group(1) == null ? "=" : matcher.group(1), numbers(matcher.group(2))));
        }
        return new VersionRange(limits);
    }

    boolean has(String version) {
        Matcher matcher = NUMBERS.matcher(version);
        if (limits.isEmpty() || !matcher.matches()) {
            return false;
        }
        List<BigInteger> numbers = numbers(matcher.group(1));
        return limits.stream().allMatch(limit -> holds(limit.operator(), compare(numbers, limit.version())));
    }

    private static boolean holds(String operator, int sign) {
        return switch (operator) {
            case "=" -> sign == 0;
            case "!=" -> sign != 0;
            case "<" -> sign < 0;
            case "<=" -> sign <= 0;
            case ">" -> sign > 0;
            default -> sign >= 0;
        };
    }

    private static int compare(List<BigInteger> one, List<BigInteger> other) {
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            BigInteger ofOne = i < one.size() ? one.get(i) : BigInteger.ZERO;
            BigInteger ofOther = i < other.size() ? other.get(i) : BigInteger.ZERO;
            int sign = ofOne.compareTo(ofOther);
            if (sign != 0) {
                return sign;
            }
        }
        return 0;
    }

    private static List<BigInteger> numbers(String dotted) {
        List<BigInteger> numbers = new ArrayList<>();
        for (String number : dotted.split("\\.")) {
            numbers.add(new BigInteger(number));
        }
        return numbers;
    }
}
