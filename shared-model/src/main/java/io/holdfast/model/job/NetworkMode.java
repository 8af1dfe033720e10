package io.holdfast.model.job;

/** What network a group sees. */
public enum NetworkMode {
    /** A network namespace of its own with nothing but loopback. */
    PRIVATE("private"),
    /** The node's. */
    HOST("host");

    private final String text;

    NetworkMode(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
