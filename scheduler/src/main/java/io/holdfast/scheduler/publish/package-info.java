/**
 * Between the core and Hazelcast: manifests and specifications out, registrations and reports in. Entry listeners are wake-ups
 * only; a periodic full pass finds what they missed.
 */
package io.holdfast.scheduler.publish;
