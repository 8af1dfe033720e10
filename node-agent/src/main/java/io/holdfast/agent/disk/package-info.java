/**
 * What the agent keeps in its data directory, so that a restart forgets nothing: {@code agent.json} (who the node is, which
 * cluster it follows, the highest epoch seen), {@code allocations.json} (what {@link
 * io.holdfast.agent.reconcile.Remembered} holds) and {@code images.json} (what {@link io.holdfast.agent.pull.ImageRecord}s say of
 * images that were fetched). All have a version and are replaced whole, by renaming a finished file over
 * them. {@code agent.lock} keeps a second agent out.
 *
 * <p>Everything here blocks and belongs on a worker thread.
 */
package io.holdfast.agent.disk;
