package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.PatternSyntaxException;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A demand on a node's attributes, written {@code ${node.arch} = amd64}.
 *
 * @param attribute without the braces, as {@code node.arch}
 * @param value empty where the operator takes none
 */
public record Constraint(String attribute, Operator operator, String value) {
    private static final String ATTRIBUTE = "\\$\\{([a-z][a-zA-Z0-9_-]*+(?:\\.[a-zA-Z0-9_-]++)*+)}";
    private static final String VALUE = "[^\\x00-\\x20\\x7f](?:[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?";

    // the same as in the schema; possessive, so that no text takes long to refuse
    private static final Pattern FORM = Pattern.compile(
            ATTRIBUTE + "(?:[ \\t]*+([=!<>~]{1,3}+)[ \\t]*+|[ \\t]++([a-z]++)(?:[ \\t]++|$))(" + VALUE + ")?[ \\t]*");

    private static final Pattern ONE_ATTRIBUTE = Pattern.compile(ATTRIBUTE);
    private static final Pattern ONE_VALUE = Pattern.compile(VALUE);

    private static final Pattern NUMBER = Pattern.compile("-?+[0-9]++(?:\\.[0-9]++)?+");
    private static final Pattern VERSIONS = Pattern.compile(
            "(?:[=!<>]=|[=<>])?+ *+v?+[0-9]++(?:\\.[0-9]++)*+(?: *+, *+(?:[=!<>]=|[=<>])?+ *+v?+[0-9]++(?:\\.[0-9]++)*+)*+");

    private static final String FORMS = "write '${node.arch} = amd64', or compare by !=, <, <=, > or >=,"
            + " or 'in a, b', 'contains a', 'matches ^a', 'version >= 5.10', 'set' or 'unset'";

    /** In place of one that was none: it has been told. */
    static final Constraint STAND_IN = new Constraint("none", Operator.EQUAL, "none");

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

        /** What is wrong with a value for it; empty for nothing. */
        private String problem(String value) {
            return switch (this) {
                case SET, UNSET -> value.isEmpty() ? "" : "has a value after " + text + ", which takes none";
                case LESS, AT_MOST, MORE, AT_LEAST ->
                    NUMBER.matcher(value).matches()
                            ? ""
                            : "compares with '" + value + "', which is no number, by " + text;
                case VERSION ->
                    VERSIONS.matcher(value).matches()
                            ? ""
                            : "has no versions in '" + value + "': write 'version >= 5.10, < 6'";
                case MATCHES -> expressionProblem(value);
                default -> value.isEmpty() ? "lacks a value after " + text : "";
            };
        }

        private static String expressionProblem(String value) {
            try {
                com.google.re2j.Pattern.compile(value);
                return value.isEmpty() ? "lacks an expression after matches" : "";
            } catch (PatternSyntaxException e) {
                return "has no regular expression in '" + value + "': " + e.getDescription();
            }
        }
    }

    /** As it stands in a job. */
    public String text() {
        String text = text(attribute) + " " + operator.text();
        return value.isEmpty() ? text : text + " " + value;
    }

    /** An attribute as it stands in a job. */
    static String text(String attribute) {
        return "${" + attribute + "}";
    }

    /** Whether a text may be the value that an attribute is compared with. */
    static boolean isValue(String text) {
        return ONE_VALUE.matcher(text).matches();
    }

    /** An attribute alone, as {@code ${node.arch}}, without its braces. */
    static Outcome<String> parseAttribute(String path, String text) {
        if (text.length() > JobLimits.MAX_ATTRIBUTE_LENGTH) {
            return refuseAttribute(
                    path, text, "is above " + JobLimits.MAX_ATTRIBUTE_LENGTH + " characters, the longest attribute");
        }
        Matcher form = ONE_ATTRIBUTE.matcher(text);
        return form.matches()
                ? Outcome.ok(form.group(1))
                : refuseAttribute(path, text, "is not an attribute of nodes: write it as '${node.datacenter}'");
    }

    private static Outcome<String> refuseAttribute(String path, String value, String message) {
        return Outcome.refused(Rejected.invalid(path, value, message));
    }

    static Outcome<Constraint> read(String path, JsonNode node) {
        return Scalars.text(path, node).fold(text -> parse(path, text), Outcome::refused);
    }

    /** From a job's text; {@code path} is where it stands there. */
    public static Outcome<Constraint> parse(String path, String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > JobLimits.MAX_CONSTRAINT_LENGTH) {
            return refuse(
                    path, text, "is above " + JobLimits.MAX_CONSTRAINT_LENGTH + " characters, the longest constraint");
        }
        if (!form.matches()) {
            return refuse(path, text, "is not a constraint: " + FORMS);
        }
        String word = form.group(2) == null ? form.group(3) : form.group(2);
        String value = form.group(4) == null ? "" : form.group(4);
        for (Operator operator : Operator.values()) {
            if (operator.text().equals(word)) {
                String problem = operator.problem(value);
                return problem.isEmpty()
                        ? Outcome.ok(new Constraint(form.group(1), operator, value))
                        : refuse(path, text, problem);
            }
        }
        return refuse(path, text, "has an unknown operator '" + word + "': " + FORMS);
    }

    private static Outcome<Constraint> refuse(String path, String value, String message) {
        return Outcome.refused(Rejected.invalid(path, value, message));
    }
}
