package io.holdfast.simulation.trace;

/** A trace that cannot be used. The message is one line for the user: file, line, column, value, and what is expected. */
public final class TraceInvalid extends Exception {
    private static final long serialVersionUID = 1;

    public TraceInvalid(String message) {
        super(message);
    }
}
