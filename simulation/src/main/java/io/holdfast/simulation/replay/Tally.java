package io.holdfast.simulation.replay;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.bound.LowerBounds;
import io.holdfast.simulation.trace.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what is placed. */
final class Tally {
    private final Load all;
    private final Map<String, Load> byNode = new LinkedHashMap<>();
    private Ratios atFirstRefusal;

    Tally(List<Node> nodes) {
        all = new Load(nodes);
        nodes.forEach(node -> byNode.put(node.id(), new Load(List.of(node))));
    }

    void placed(Pod pod, String nodeId) {
        all.add(pod);
        byNode.get(nodeId).add(pod);
    }

    void refused() {
        if (atFirstRefusal == null) {
            atFirstRefusal = all.ratios();
        }
    }

    Run run(Policy policy, long seed, LowerBounds bounds, int pods, long nanos) {
        List<NodeFill> fills = byNode.entrySet().stream()
                .map(entry -> fill(entry.getKey(), entry.getValue()))
                .toList();
        return new Run(
                policy,
                seed,
                fills.size(),
                (int) fills.stream().filter(fill -> fill.pods() > 0).count(),
                bounds.sum(),
                bounds.lp(),
                pods,
                all.pods(),
                all.ratios(),
                atFirstRefusal == null ? all.ratios() : atFirstRefusal,
                fills,
                nanos);
    }

    private static NodeFill fill(String node, Load load) {
        return new NodeFill(node, load.hasGpus(), load.pods(), load.ratios());
    }
}
