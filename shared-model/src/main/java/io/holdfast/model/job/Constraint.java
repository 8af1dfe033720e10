package io.holdfast.model.job;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A demand on a node's attributes, written {@code ${node.arch} = amd64}.
 *
 * @param attribute without the braces, as {@code node.arch}
 */
public record Constraint(String attribute, Operator operator, String value) {
    // the same as in the schema; possessive, so that no text takes long to refuse
    private static final Pattern FORM = Pattern.compile(
            "\\$\\{([a-z][a-zA-Z0-9_-]*+(?:\\.[a-zA-Z0-9_-]++)*+)}"
                    + "[ \\t]*+([=!<>~]{1,3}+)[ \\t]*+([^\\x00-\\x20\\x7f](?:[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?)[ \\t]*");

    /** How a node's value is compared. A node without the attribute passes {@link #NOT_EQUAL} and {@link #UNSET} alone. */
    public enum Operator {
        /** The same text. */
        EQUAL("="),
        /** Another text, or none. */
        NOT_EQUAL("!="),
        /** A smaller number. */
        LESS("<"),
        AT_MOST("<="),
        MORE(">"),
        AT_LEAST(">="),
        /** One of the texts of a list with commas. */
        IN("in"),
        /** Has the text in it. */
        CONTAINS("contains"),
        /** Has a part that the regular expression (RE2) matches. */
        MATCHES("matches"),
        /** A version, compared number by number: {@code version >= 5.10}. */
        VERSION("version"),
        /** Has the attribute, whatever its value. */
        SET("set"),
        /** Lacks the attribute. */
        UNSET("unset");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** As it stands in a job. */
    public String text() {
        return "${" + attribute + "} " + operator.text() + " " + value;
    }

    /** From a job's text; {@code path} is where it stands there. */
    public static Outcome<Constraint> parse(String path, String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > JobLimits.MAX_CONSTRAINT_LENGTH) {
            return refuse(
                    path, text, "is above " + JobLimits.MAX_CONSTRAINT_LENGTH + " characters, the longest constraint");
        }
        if (!form.matches()) {
            return refuse(path, text, "is not a constraint: write '${node.arch} = amd64' or '${node.arch} != amd64'");
        }
        for (Operator operator : Operator.values()) {
            if (operator.text().equals(form.group(2))) {
                return Outcome.ok(new Constraint(form.group(1), operator, form.group(3)));
            }
        }
        return refuse(path, text, "has an unknown operator '" + form.group(2) + "': = and != compare texts");
    }

    private static Outcome<Constraint> refuse(String path, String value, String message) {
        return Outcome.refused(Rejected.invalid(path, value, message));
    }
}
