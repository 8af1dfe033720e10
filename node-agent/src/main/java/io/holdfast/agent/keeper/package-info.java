/**
 * The agent's side of the keeper's socket: one {@link io.holdfast.agent.keeper.KeeperClient} for each connection, which dials,
 * says hello, watches, and dials again with back-off when it is lost. Nothing here blocks.
 *
 * <p>Threads: everything happens on the Vert.x context that the client was started on.
 */
package io.holdfast.agent.keeper;
