/**
 * The scheduler's process: takes jobs over HTTP, remembers them in a database, decides where they run and publishes that to the
 * agents through Hazelcast.
 *
 * <p>Data goes one way: {@code api} -> {@code store} (commit) -> {@code core} (evaluation queue) -> {@code reconcile} (pure) ->
 * placement (pure) -> {@code store} (one transaction, fenced by the epoch) -> {@code publish} -> agents; their reports come back
 * through {@code publish} into {@code core}, which {@code api} and {@code dashboard} read.
 *
 * <p>{@link io.holdfast.scheduler.Scheduler} puts a process together and ends it in order.
 *
 * <p>Threads: one Vert.x context owns {@code core}, {@code leader} and {@code publish}; the server has another; the store works on
 * threads of its own, and so does what blocks in Hazelcast.
 */
package io.holdfast.scheduler;
