package io.holdfast.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Why no node takes an instance: the chain of filters once more, counting what each takes out. */
final class Explanation {
    private Explanation() {}

    static Placement.Unplaced of(NodeColumns nodes, Demand demand) {
        if (nodes.count() == 0) {
            return new Placement.Unplaced(Map.of(), "there are no nodes");
        }
        Map<String, Integer> nodesByReason = new LinkedHashMap<>();
        List<String> sentences = new ArrayList<>();
        BitSet candidates = Demand.all(nodes);
        for (Filter filter : demand.chain()) {
            BitSet removed = (BitSet) candidates.clone();
            filter.narrow(candidates, nodes);
            removed.andNot(candidates);
            if (removed.isEmpty()) {
                continue;
            }
            int count = removed.cardinality();
            nodesByReason.merge(filter.reason(), count, Integer::sum);
            sentences.add(count + (count == 1 ? " node " : " nodes ") + filter.message(removed, nodes));
        }
        return new Placement.Unplaced(nodesByReason, String.join("; ", sentences));
    }
}
