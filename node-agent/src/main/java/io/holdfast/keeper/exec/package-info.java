/**
 * The streams of programs that somebody is connected to: a further program in a container (<em>exec</em>), a container's own output
 * and terminal (<em>attach</em>).
 *
 * <p>A <em>session</em> joins the descriptors of a program with one client's socket, in {@link io.holdfast.keeper.api.ExecFrames}.
 * Nothing grows without bound: what the program writes is read only while the client has taken what was read before, and what the
 * client types is sent against credit for what the program has read.
 *
 * <p>Threads: two, however many sessions there are. {@code keeper-exec} waits for descriptors of programs and runs everything of
 * every session; {@code keeper-exec-sockets} waits for the clients' sockets, which the JDK keeps to itself, and hands on only that
 * one is ready.
 *
 * <p>{@link io.holdfast.keeper.exec.Streams} is the door.
 */
package io.holdfast.keeper.exec;
