/**
 * The agent's side of the keeper's socket: one {@link io.holdfast.agent.keeper.KeeperClient} for each connection, which dials,
 * says hello, watches, and dials again with back-off when it is lost. Nothing here blocks.
 *
 * <p>An exec or attach is a connection of its own, an {@link io.holdfast.agent.keeper.ExecSession}; it is not made anew when it breaks.
 *
 * <p>Threads: everything happens on the Vert.x context that the client was started on.
 */
package io.holdfast.agent.keeper;
