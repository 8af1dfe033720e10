package io.holdfast.cli.exit;

/**
 * How the command ends. Refusals of the scheduler end with their {@link io.holdfast.model.error.ErrorCode}'s exit code; these
 * are the rest. After sysexits.h where it has a fitting one. Documented in docs/reference/cli.md.
 */
public final class ExitCodes {
    public static final int OK = 0;

    /** The job failed, parts of a plan would not fit, or an image could not be pulled. */
    public static final int JOB_FAILED = 1;

    /** While it was waited for, the job was stopped or replaced by another version. */
    public static final int JOB_SUPERSEDED = 3;

    /** The command line is wrong. */
    public static final int USAGE = 64;

    /** A file that was named cannot be read. */
    public static final int NO_INPUT = 66;

    /** Nobody answers, a port is in use, or something the machine needs is missing. */
    public static final int UNAVAILABLE = 69;

    /** A fault of holdfast itself. */
    public static final int INTERNAL = 70;

    /** The kernel lacks something. */
    public static final int KERNEL = 71;

    /** A directory or file cannot be made or written. */
    public static final int CANNOT_CREATE = 73;

    /** Somebody else has it now; later it may work. */
    public static final int TRY_LATER = 75;

    /** Not root, or the token is not accepted. */
    public static final int NO_PERMISSION = 77;

    /** A configuration file is wrong. */
    public static final int CONFIG = 78;

    /** The time given with {@code --timeout} is over; as timeout(1) has it. */
    public static final int TIMED_OUT = 124;

    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
