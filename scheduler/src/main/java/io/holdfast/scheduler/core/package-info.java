/**
 * The scheduler's heart: the state in memory (what the store has committed, folded with what agents report), the evaluation
 * queue and the loop that turns a change into a committed plan. {@link io.holdfast.scheduler.core.ClusterView} is how others
 * read, {@link io.holdfast.scheduler.core.Commands} how they ask for change.
 */
package io.holdfast.scheduler.core;
