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

    /** Compared as text. */
    public enum Operator {
        EQUAL("="),
        NOT_EQUAL("!=");

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
