package io.holdfast.scheduler.api;

/** The address cannot be listened on; the message is one for the user. */
public final class CannotListen extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotListen(String message) {
        super(message, null, false, false);
    }
}
