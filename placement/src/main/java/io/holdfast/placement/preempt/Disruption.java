package io.holdfast.placement.preempt;

import io.holdfast.placement.table.Holding;

/**
 * How much it disturbs that an allocation is stopped, beside its priority: as how many of its group are being replaced already, for
 * each that may be at a time. Of plans that are equal in priorities and number, the one with the least sum is taken.
 */
@FunctionalInterface
public interface Disruption {
    /** More is no disruption: sums stay exact. */
    int MAX = 1_000_000;

    /** All the same. */
    Disruption NONE = holding -> 0;

    /** From 0 to {@link #MAX}. */
    int of(Holding holding);
}
