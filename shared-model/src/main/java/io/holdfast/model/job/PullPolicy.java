package io.holdfast.model.job;

/** When a node asks for an image. */
public enum PullPolicy {
    /** A node asks the image's source each time an instance starts there, and fetches what has changed. */
    ALWAYS("always"),
    /** A node asks only where it does not have the image. */
    IF_ABSENT("if-absent"),
    /** A node never asks: an image that it does not have is refused. */
    NEVER("never");

    private final String text;

    PullPolicy(String text) {
        this.text = text;
    }

    /** As it stands in a job. */
    public String text() {
        return text;
    }
}
