/**
 * The door to the kernel: system calls, the launch program and its runner, namespaces, capabilities, what the host must have.
 *
 * <p>Words: a <em>row</em> is one system call of a launch program; the <em>runner</em> is the machine code that walks rows; the
 * <em>first child</em> joins a sandbox's namespaces and cgroup; the <em>init</em> is its sibling that becomes pid 1 of the container.
 *
 * <p>All native calls of the project pass {@link io.holdfast.keeper.linux.Kernel}; {@link io.holdfast.keeper.linux.Syscalls} gives
 * them names and types. {@link io.holdfast.keeper.linux.Launcher} is the contract of making sandboxes and containers; {@link
 * io.holdfast.keeper.launch} carries it out.
 *
 * <p>Threads: everything here may be called from any platform thread; a launch blocks its thread until the program has been
 * executed.
 */
package io.holdfast.keeper.linux;
