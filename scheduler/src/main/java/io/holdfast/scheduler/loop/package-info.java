/**
 * The one thread that the scheduler's state belongs to, and its time: {@link io.holdfast.scheduler.loop.Loop}. A Vert.x context
 * in production; in simulations the test itself.
 */
package io.holdfast.scheduler.loop;
