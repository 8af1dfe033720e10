package io.holdfast.placement;

import io.holdfast.placement.device.Workload;
import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.filter.Filter;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.score.FitScore;
import io.holdfast.placement.score.Scorer;
import io.holdfast.placement.score.Scores;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The plainest second opinion: every node through every filter and every score, sorted. */
final class Scan {
    record Scored(String nodeId, long score) {}

    private Scan() {}

    static List<Scored> of(NodeTable nodes, PlacementRequest request) {
        Demand demand = Chain.demand(nodes, request.ask());
        List<Filter> filters =
                new ArrayList<>(Chain.lasting(nodes, request.ask().requirements()));
        filters.addAll(Chain.company(nodes, request.ask()));
        filters.addAll(Chain.room(nodes, request.ask()));
        List<Scorer> scorers = Scores.of(nodes, request.ask(), request.failed());
        FitScore fit = new FitScore(nodes, Workload.USUAL);
        fit.begin(demand);
        record Row(int row, long score, int siblings) {}
        return IntStream.range(0, nodes.length())
                .filter(row -> nodes.present().get(row))
                .filter(row -> filters.stream().allMatch(filter -> filter.passes(row)))
                .mapToObj(row -> new Row(
                        row,
                        Scores.FIT_WEIGHT * fit.part(row)
                                + scorers.stream()
                                        .mapToLong(scorer -> scorer.weight() * scorer.part(row))
                                        .sum(),
                        nodes.company().ofGroup(request.ask().group()).on(row)))
                .sorted(Comparator.comparing(Row::score)
                        .reversed()
                        .thenComparing(Row::siblings)
                        .thenComparing(Row::row))
                .map(row -> new Scored(nodes.node(row.row()).id(), row.score()))
                .toList();
    }
}
