package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;

/** One attempt failed. Stays inside this package: callers get the {@link ImageException} in it. */
final class Trouble extends Exception {
    private static final long serialVersionUID = 1;

    private final ImageException error;
    private final long retryAfterMillis;

    /** @param retryAfterMillis as the registry asked for; 0 where it did not */
    Trouble(ImageException error, long retryAfterMillis) {
        super(error.getMessage(), error);
        this.error = error;
        this.retryAfterMillis = retryAfterMillis;
    }

    Trouble(Kind kind, String message) {
        this(new ImageException(kind, message), 0);
    }

    Trouble(Kind kind, String message, Throwable cause) {
        this(new ImageException(kind, message, cause), 0);
    }

    ImageException error() {
        return error;
    }

    long retryAfterMillis() {
        return retryAfterMillis;
    }

    boolean again() {
        return error.temporary();
    }
}
