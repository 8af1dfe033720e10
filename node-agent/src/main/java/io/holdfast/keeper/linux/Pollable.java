package io.holdfast.keeper.linux;

/**
 * One descriptor of a poll.
 *
 * @param events what to wait for, of the POLL constants in {@link Syscalls}
 */
public record Pollable(int fd, int events) {}
