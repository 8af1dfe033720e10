package io.holdfast.keeper.linux;

/**
 * How a child ended, exactly.
 *
 * @param code exit code, 0 when ended by a signal
 * @param signal the signal that ended it, 0 when it exited
 */
public record ChildExit(int pid, int code, int signal, boolean coreDumped) {}
