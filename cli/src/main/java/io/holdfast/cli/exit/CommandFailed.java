package io.holdfast.cli.exit;

import java.util.List;

/** Ends a command with a message and an exit code. Not a fault: it has no stack trace to show. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final transient List<String> details;

    /**
     * @param message one line, lower case: the thing, the limit, the way out
     * @param details further lines, shown indented
     */
    public CommandFailed(int exitCode, String message, List<String> details) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.details = List.copyOf(details);
    }

    public CommandFailed(int exitCode, String message) {
        this(exitCode, message, List.of());
    }

    public int exitCode() {
        return exitCode;
    }

    public List<String> details() {
        return details;
    }
}
