package io.holdfast.model.job;

/**
 * A demand on a node's attributes, written {@code ${node.arch} = amd64}.
 *
 * @param attribute without the braces, as {@code node.arch}
 */
public record Constraint(String attribute, Operator operator, String value) {

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
}
