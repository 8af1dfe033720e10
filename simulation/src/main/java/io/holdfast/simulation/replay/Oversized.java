package io.holdfast.simulation.replay;

import io.holdfast.placement.filter.TooLarge;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.simulation.trace.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Pods that ask for more than any node has, were it empty: every policy refuses them.
 *
 * @param count at least 1
 * @param first the name of the first of them
 * @param why it is too large
 */
public record Oversized(int count, String first, String why) {

    /** Empty where each pod could have some node. */
    static Optional<Oversized> among(List<Pod> pods, List<Node> nodes) {
        NodeTable table = NodeTable.of(nodes);
        Map<Needs, List<TooLarge>> known = new HashMap<>();
        List<Pod> some = pods.stream()
                .filter(pod -> !known.computeIfAbsent(needs(pod), needs -> TooLarge.in(table, needs))
                        .isEmpty())
                .toList();
        return some.stream().findFirst().map(pod -> new Oversized(some.size(), pod.name(), why(known.get(needs(pod)))));
    }

    private static Needs needs(Pod pod) {
        return pod.ask().needs();
    }

    private static String why(List<TooLarge> above) {
        return above.stream().map(TooLarge::sentenceWithoutNode).collect(Collectors.joining(", "));
    }

    /** One line for people. */
    public String sentence() {
        return (count == 1
                        ? "1 pod is larger than every node and will be refused, "
                        : count + " pods are larger than every node and will be refused, the first is ")
                + first + ": " + why;
    }
}
