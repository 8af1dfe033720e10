/**
 * The scheduler's process: takes jobs over HTTP, remembers them in a database, decides where they run and publishes that to the
 * agents through Hazelcast.
 *
 * <p>Data goes one way: {@code api} -> {@code store} (commit) -> {@code core} (evaluation queue) -> {@code reconcile} (pure) ->
 * placement (pure) -> {@code store} (one transaction, fenced by the epoch) -> {@code publish} -> agents; their reports come back
 * through {@code publish} into {@code core}, which {@code api} and {@code dashboard} read.
 *
 * <p>Threads: one Vert.x context owns {@code core}; everything in it runs there. The store works on a pool of its own.
 */
package io.holdfast.scheduler;
