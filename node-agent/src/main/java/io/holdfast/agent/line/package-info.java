/**
 * The agent's side of its line: {@link io.holdfast.agent.line.Line} dials one scheduler after another until one welcomes the
 * node, renews its lease there, and fails over within seconds; {@link io.holdfast.agent.line.Streams} dials back for
 * each stream that is asked for: a task's output, what allocations use, a program beside a task, an archive of
 * images.
 *
 * <p>A <em>lease</em> counts from when its renewal was sent, on a clock that runs on while the machine is suspended: whoever
 * answers may have waited, and so may we.
 *
 * <p>Threads: one Vert.x context.
 */
package io.holdfast.agent.line;
