package io.holdfast.keeper.linux;

/** A step of a launch failed: names the step, its arguments and the errno. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1;

    private final String step;
    private final int errno;

    public LaunchException(String step, int errno, String message) {
        super(message);
        this.step = step;
        this.errno = errno;
    }

    /** The failed system call or stage, as {@code move_mount}. */
    public String step() {
        return step;
    }

    /** The error number, 0 where the step was not a system call. */
    public int errno() {
        return errno;
    }
}
