/**
 * A whole cluster in one thread and in simulated time: the loop, a store and a link in memory, agents that only pretend. With a
 * seed, faults come at random and a failing run can be repeated.
 */
package io.holdfast.scheduler.sim;
