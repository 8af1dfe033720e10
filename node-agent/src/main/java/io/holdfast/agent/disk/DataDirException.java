package io.holdfast.agent.disk;

/** The data directory cannot be used; the message names it and the way out. */
public final class DataDirException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DataDirException(String message, Throwable cause) {
        super(message, cause);
    }
}
