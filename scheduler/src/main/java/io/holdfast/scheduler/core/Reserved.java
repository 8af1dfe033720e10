package io.holdfast.scheduler.core;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Capacity;

/** Arithmetic of what allocations reserve. */
final class Reserved {
    static final Capacity NOTHING = new Capacity(0, 0, 0, 0);

    private Reserved() {}

    /** One that has ended reserves nothing; one that is stopping or lost still has what it was given. */
    static boolean reserves(Allocation allocation) {
        return !allocation.state().terminal();
    }

    static Capacity plus(Capacity capacity, Resources resources) {
        return new Capacity(
                capacity.cpuMillis() + resources.cpuMillis(),
                capacity.memoryBytes() + resources.memoryBytes(),
                capacity.diskBytes() + resources.diskBytes(),
                capacity.pids() + resources.pids());
    }

    static Capacity minus(Capacity capacity, Resources resources) {
        return new Capacity(
                capacity.cpuMillis() - resources.cpuMillis(),
                capacity.memoryBytes() - resources.memoryBytes(),
                capacity.diskBytes() - resources.diskBytes(),
                capacity.pids() - resources.pids());
    }
}
