package io.holdfast.keeper.linux;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The kernel refused a call: its name, its arguments, the error number. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final transient List<Object> arguments;
    private final int errno;

    public ErrnoException(Call call, int errno, Object... arguments) {
        this.call = call.callName();
        this.arguments = List.copyOf(Arrays.asList(arguments));
        this.errno = errno;
    }

    /** Put together when it is asked for: many calls are tried that may fail, and nobody reads why. */
    @Override
    public String getMessage() {
        return describe(call, arguments().toArray()) + ": " + Errno.describe(errno);
    }

    /** As {@code move_mount}. */
    public String call() {
        return call;
    }

    public List<Object> arguments() {
        return arguments == null ? List.of() : arguments;
    }

    public int errno() {
        return errno;
    }

    static String describe(String call, Object... arguments) {
        return Arrays.stream(arguments)
                .map(ErrnoException::describe)
                .collect(Collectors.joining(", ", call + "(", ")"));
    }

    private static String describe(Object argument) {
        if (argument instanceof String text) {
            return '"' + text + '"';
        }
        if (argument instanceof Memory memory) {
            return "[" + memory.sizeBytes() + " bytes]";
        }
        long value = ((Number) argument).longValue();
        return value > 4096 ? "0x" + Long.toHexString(value) : Long.toString(value);
    }
}
