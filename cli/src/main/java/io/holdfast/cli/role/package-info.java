/**
 * The parts of the cluster as processes: {@code scheduler}, {@code agent} and {@code keeper} alone, all three in one ({@code
 * dev}), and {@code demo}, which is a {@code dev} with a job that ends by itself. Only this package starts parts; it uses
 * their public start methods and nothing beside them, so that {@code dev} is the same product as a fleet.
 *
 * <p>Threads: a command's own thread starts the parts and waits for a signal; signals are told by {@link
 * io.holdfast.cli.role.StopSignal}.
 */
package io.holdfast.cli.role;
