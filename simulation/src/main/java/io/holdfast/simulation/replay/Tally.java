package io.holdfast.simulation.replay;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.bound.LowerBounds;
import io.holdfast.simulation.trace.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what is placed, and what leaves. */
final class Tally {
    /** @param sign 1 for a pod that came, -1 for one that left */
    private record Change(Pod pod, String nodeId, int sign) {}

    private final List<Node> nodes;
    private final Load now;
    private final Map<String, Integer> podsByNode = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** How many of the changes lead to the moment when most was allocated: the end, where nothing leaves. */
    private int changesUntilMost;

    private long mostGpu;
    private long mostCpu;
    private int placed;
    private int nodesUsedPeak;
    private Ratios atFirstRefusal;

    Tally(List<Node> nodes) {
        this.nodes = nodes;
        this.now = new Load(nodes);
    }

    void placed(Pod pod, String nodeId) {
        change(pod, nodeId, 1);
        placed++;
        podsByNode.merge(nodeId, 1, Integer::sum);
        nodesUsedPeak = Math.max(nodesUsedPeak, podsByNode.size());
        if (now.gpuThousandths() > mostGpu || now.gpuThousandths() == mostGpu && now.cpuMillis() >= mostCpu) {
            mostGpu = now.gpuThousandths();
            mostCpu = now.cpuMillis();
            changesUntilMost = changes.size();
        }
    }

    void departed(Pod pod, String nodeId) {
        change(pod, nodeId, -1);
        podsByNode.computeIfPresent(nodeId, (id, count) -> count == 1 ? null : count - 1);
    }

    private void change(Pod pod, String nodeId, int sign) {
        now.change(pod, sign);
        changes.add(new Change(pod, nodeId, sign));
    }

    void refused() {
        if (atFirstRefusal == null) {
            atFirstRefusal = now.ratios();
        }
    }

    Run run(Policy policy, long seed, LowerBounds bounds, int pods, long nanos) {
        Load all = new Load(nodes);
        Map<String, Load> byNode = new LinkedHashMap<>();
        nodes.forEach(node -> byNode.put(node.id(), new Load(List.of(node))));
        for (Change change : changes.subList(0, changesUntilMost)) {
            all.change(change.pod(), change.sign());
            byNode.get(change.nodeId()).change(change.pod(), change.sign());
        }
        List<NodeFill> fills = byNode.entrySet().stream()
                .map(entry -> fill(entry.getKey(), entry.getValue()))
                .toList();
        return new Run(
                policy,
                seed,
                nodes.size(),
                (int) fills.stream().filter(fill -> fill.pods() > 0).count(),
                nodesUsedPeak,
                bounds.sum(),
                bounds.lp(),
                pods,
                placed,
                all.ratios(),
                atFirstRefusal == null ? all.ratios() : atFirstRefusal,
                fills,
                nanos);
    }

    private static NodeFill fill(String node, Load load) {
        return new NodeFill(node, load.hasGpus(), load.pods(), load.ratios());
    }
}
