package io.holdfast.placement.score;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.table.AttributeColumn;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.placement.table.Share;
import io.holdfast.placement.table.Siblings;
import java.util.List;

/**
 * How far the value of an attribute is from having its share of the siblings.
 *
 * <p>With one more there, a value has {@code r} times the share it is meant to have; its part is {@code 1 / (1 + r)}: a half where
 * it is just right, more where it lacks some, less where it has too many, without an end to how bad it can get. A node without the
 * attribute has none of it.
 */
final class Spreading implements Scorer {
    private final NodeTable nodes;
    private final String group;
    private final Of[] spreads;

    Spreading(NodeTable nodes, Ask ask) {
        this.nodes = nodes;
        this.group = ask.group();
        List<Spread> all = ask.preferences().spreads();
        double weights = all.stream().mapToInt(Spread::weight).sum();
        spreads = all.stream()
                .map(spread -> new Of(nodes.attribute(spread.attribute()), spread, spread.weight() / weights))
                .toArray(Of[]::new);
    }

    @Override
    public String word() {
        return "spread";
    }

    @Override
    public int weight() {
        return Scores.SPREAD_WEIGHT;
    }

    @Override
    public boolean mindsSiblings() {
        return true;
    }

    @Override
    public long part(int row) {
        Siblings siblings = nodes.company().ofGroup(group);
        double sum = 0;
        for (Of spread : spreads) {
            sum += spread.weight * spread.part(siblings, row);
        }
        return Share.of(sum);
    }

    private static final class Of {
        private final AttributeColumn column;
        private final double weight;

        /** What each value is meant to have, by its number. */
        private final double[] shares;

        Of(AttributeColumn column, Spread spread, double weight) {
            this.column = column;
            this.weight = weight;
            this.shares = new double[column.size()];
            int others = 0;
            for (int number = 1; number < shares.length; number++) {
                Integer percent = spread.percents().get(column.value(number));
                shares[number] = percent == null ? -1 : percent / 100.0;
                others += percent == null && column.present(number) ? 1 : 0;
            }
            double left = 100
                    - spread.percents().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum();
            for (int number = 1; number < shares.length; number++) {
                if (shares[number] < 0) {
                    shares[number] = others == 0 ? 0 : left / 100 / others;
                }
            }
        }

        double part(Siblings siblings, int row) {
            int number = column.number(row);
            if (number == AttributeColumn.NONE || shares[number] <= 0) {
                return 0;
            }
            double there = (siblings.with(column, number) + 1.0) / (siblings.total() + 1.0);
            return 1 / (1 + there / shares[number]);
        }
    }
}
