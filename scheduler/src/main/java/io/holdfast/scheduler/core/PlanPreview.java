package io.holdfast.scheduler.core;

import java.util.List;
import java.util.Map;

/**
 * What submitting a specification would do, without doing it.
 *
 * @param version the version it would get; the present one when nothing differs
 * @param changes in the order they would be carried out
 * @param unplaced groups that would not fit entirely
 */
public record PlanPreview(int version, List<Change> changes, List<Unplaced> unplaced) {

    /**
     * @param action {@code place}, {@code stop}, {@code replace} or {@code keep}
     * @param name {@code job.group[index]}
     * @param node name of the node, of the new instance where there is one
     * @param best why there: the best nodes, the chosen one first. Of the first instance of a group that is placed; empty for others
     */
    public record Change(
            String action,
            String name,
            String group,
            int index,
            String nodeId,
            String node,
            String reason,
            List<Candidate> best) {}

    /**
     * A node that came into question.
     *
     * @param score in [0, 1]: the mean of the parts by their weights
     */
    public record Candidate(String nodeId, String node, double score, List<Part> parts) {}

    /** @param value in [0, 1] */
    public record Part(String name, int weight, double value) {}

    /** @param nodesByReason how many nodes failed at which filter */
    public record Unplaced(String group, int count, String reason, Map<String, Integer> nodesByReason) {}
}
