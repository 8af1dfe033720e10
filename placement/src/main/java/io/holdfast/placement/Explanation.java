package io.holdfast.placement;

import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.filter.Contradiction;
import io.holdfast.placement.filter.Filter;
import io.holdfast.placement.filter.TooLarge;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Why no node takes an instance: the chain of filters once more, counting what each takes out. */
final class Explanation {
    private Explanation() {}

    static Placement.Unplaced of(NodeTable nodes, Demand demand) {
        Ask ask = demand.ask();
        List<String> sentences = new ArrayList<>();
        Contradiction.in(ask.requirements().constraints()).ifPresent(sentences::add);
        TooLarge.in(nodes, ask.needs()).forEach(tooLarge -> sentences.add(tooLarge.sentence()));
        if (nodes.count() == 0) {
            sentences.add("there are no nodes");
        }
        Map<String, Integer> nodesByReason = new LinkedHashMap<>();
        BitSet left = (BitSet) nodes.present().clone();
        Stream.of(Chain.lasting(nodes, ask.requirements()), Chain.company(nodes, ask), Chain.room(nodes, ask))
                .flatMap(List::stream)
                .forEach(filter -> take(filter, left, nodesByReason, sentences));
        return new Placement.Unplaced(nodesByReason, String.join("; ", sentences));
    }

    private static void take(Filter filter, BitSet left, Map<String, Integer> nodesByReason, List<String> sentences) {
        BitSet failed = new BitSet(left.length());
        for (int row = left.nextSetBit(0); row >= 0; row = left.nextSetBit(row + 1)) {
            if (!filter.passes(row)) {
                failed.set(row);
            }
        }
        if (!failed.isEmpty()) {
            left.andNot(failed);
            int count = failed.cardinality();
            nodesByReason.merge(filter.reason(), count, Integer::sum);
            sentences.add(count + (count == 1 ? " node " : " nodes ") + filter.message(failed));
        }
    }
}
