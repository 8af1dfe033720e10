package io.holdfast.placement.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * All rows, divided so that two rows of one ranking differ for an ask with these features in nothing but how full they are. Whatever
 * an ask prefers is then asked once for each ranking, and the best row of a ranking is the first that has room.
 */
final class Partition {
    private record Kind(int cell, long mark, Fit fit) {}

    private final Columns columns;
    private final List<AttributeColumn> attributes;
    private final List<IntPredicate> matches;
    private final Ranking.Block[] blockOf;
    private final Ranking[] rankingOf;
    private final Map<List<Integer>, Integer> cells = new HashMap<>();
    private final Map<Kind, Ranking> byKind = new HashMap<>();
    final List<Ranking> rankings = new ArrayList<>();

    /** @param length more than the highest row that it will ever be told of */
    Partition(Columns columns, Attributes all, Features features, int length) {
        this.columns = columns;
        this.attributes = features.attributes().stream().map(all::column).toList();
        this.matches = features.affinities().stream()
                .map(affinity -> all.match(affinity.constraint()))
                .toList();
        this.blockOf = new Ranking.Block[length];
        this.rankingOf = new Ranking[length];
    }

    void insert(int row, Fit fit) {
        Kind kind = new Kind(cell(row), columns.mark(row), fit);
        Ranking ranking = byKind.computeIfAbsent(kind, key -> {
            Ranking made = new Ranking(key.fit(), columns, blockOf);
            rankings.add(made);
            return made;
        });
        rankingOf[row] = ranking;
        ranking.insert(row);
    }

    void remove(int row) {
        rankingOf[row].remove(row);
        rankingOf[row] = null;
    }

    void moved(int row) {
        rankingOf[row].moved(row);
    }

    private int cell(int row) {
        List<Integer> values = new ArrayList<>(attributes.size() + matches.size());
        attributes.forEach(column -> values.add(column.number(row)));
        matches.forEach(match -> values.add(match.test(row) ? 1 : 0));
        return cells.computeIfAbsent(values, key -> cells.size());
    }
}
