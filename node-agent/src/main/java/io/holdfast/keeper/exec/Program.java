package io.holdfast.keeper.exec;

/**
 * An executed program and the keeper's ends of its descriptors, all non-blocking but the pidfd.
 *
 * @param pid a child of this process that nobody else waits for
 * @param pidfd of it
 * @param stdin, stdout, stderr -1 where there is none
 * @param terminal the master, -1 without one; the other three are -1 then
 */
public record Program(int pid, int pidfd, int stdin, int stdout, int stderr, int terminal) {
    boolean hasTerminal() {
        return terminal != Descriptors.NONE;
    }
}
