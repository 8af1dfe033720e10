package io.holdfast.model.config;

/** A text that does not show itself: not in logs, not in messages, not in a record's {@code toString}. */
public final class Secret {
    public static final Secret NONE = new Secret("");

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return text.isEmpty() ? NONE : new Secret(text);
    }

    /** The text itself, for the one place that uses it. */
    public String reveal() {
        return text;
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        // no early exit: comparing must not tell how much was right
        return other instanceof Secret secret
                && java.security.MessageDigest.isEqual(
                        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        secret.text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "none" : "***";
    }
}
