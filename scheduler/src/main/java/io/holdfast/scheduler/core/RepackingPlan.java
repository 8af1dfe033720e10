package io.holdfast.scheduler.core;

import java.util.List;

/**
 * Which moves would leave nodes without anything. Nothing of it is carried out.
 *
 * @param nodes that would be empty afterwards
 * @param moves in an order in which each has room when its turn comes
 * @param staying what may not be moved, so that its nodes cannot be emptied
 */
public record RepackingPlan(List<EmptiedNode> nodes, List<Move> moves, List<Staying> staying) {

    public record EmptiedNode(String nodeId, String node) {}

    /**
     * @param name {@code job.group[index]}
     * @param from name of the node
     * @param to name of another
     */
    public record Move(
            String allocationId, String project, String name, String fromId, String from, String toId, String to) {}

    /** @param count of allocations that stay for this reason */
    public record Staying(String reason, int count) {}
}
