package io.holdfast.agent.line;

import java.util.List;

/**
 * The runs of a task that the keeper has.
 *
 * @param known whether the node has this allocation and task at all
 * @param containers oldest first
 * @param over whether no further run will come
 */
public record Runs(boolean known, List<Run> containers, boolean over) {
    public static final Runs UNKNOWN = new Runs(false, List.of(), true);

    public Runs {
        containers = List.copyOf(containers);
    }

    /**
     * @param attempt counts from 0 and grows
     * @param running whether it has not ended, as far as is known
     */
    public record Run(String containerId, int attempt, boolean running) {}

    /** How a stream asks. */
    @FunctionalInterface
    public interface Lookup {
        Runs of(String allocationId, String task);
    }
}
