package io.holdfast.scheduler;

/** A scheduler cannot start as it was told to; the message is one for the user, with the way out. */
public final class StartRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartRefused(String message) {
        super(message, null, false, false);
    }
}
