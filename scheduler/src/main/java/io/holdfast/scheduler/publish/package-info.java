/**
 * Between the core and Hazelcast. {@link io.holdfast.scheduler.publish.ClusterLink} is what the core knows of it, {@link
 * io.holdfast.scheduler.publish.HazelcastLink} the real one; {@link io.holdfast.scheduler.publish.ManifestPublisher} keeps every
 * node's manifest in line with what is committed. Entry listeners are wake-ups only; a periodic full pass finds what they missed.
 *
 * <p>Threads: called and answered on the scheduler's loop; what blocks in Hazelcast has a thread of its own.
 */
package io.holdfast.scheduler.publish;
