package io.holdfast.keeper.seccomp;

/** What is done with a call: the value that a filter returns (include/uapi/linux/seccomp.h). */
public record Action(int value) {
    public static final int MAX_DATA = 0xffff;
    /** The kernel cuts an error number at this (kernel/seccomp.c). */
    public static final int MAX_ERRNO = 4095;

    public static final Action KILL_PROCESS = new Action(0x80000000);
    public static final Action KILL_THREAD = new Action(0);
    public static final Action TRAP = new Action(0x00030000);
    public static final Action LOG = new Action(0x7ffc0000);
    public static final Action ALLOW = new Action(0x7fff0000);

    private static final int ERRNO = 0x00050000;
    private static final int TRACE = 0x7ff00000;
    private static final int KIND = 0xffff0000;

    /** @param errno 1 to {@link #MAX_ERRNO} */
    public static Action errno(int errno) {
        return new Action(ERRNO | errno);
    }

    /** @param message handed to the tracer, 0 to {@link #MAX_DATA} */
    public static Action trace(int message) {
        return new Action(TRACE | message);
    }

    public boolean isErrno() {
        return (value & KIND) == ERRNO;
    }
}
