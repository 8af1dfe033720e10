package io.holdfast.placement.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.Nodes;
import io.holdfast.placement.request.Ask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {

    /** Blocks split, fray and join again; whatever has happened, all rows stand in order, once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldStayInOrderHoweverRowsComeMoveAndGo(long seed) {
        Random random = new Random(seed);
        Fit fit = seed % 2 == 0 ? Fit.PACK : Fit.BALANCE;
        Columns columns = new Columns();
        int length = 1000;
        Ranking ranking = new Ranking(fit, columns, new Ranking.Block[length]);
        List<Integer> rows = new ArrayList<>();
        for (int step = 0; step < 6000; step++) {
            int row = random.nextInt(length);
            boolean grow = step < 3000;
            if (!rows.contains(row)) {
                if (grow || random.nextInt(4) == 0) {
                    columns.set(row, Nodes.node("n" + row, 1000, 1000));
                    ranking.insert(row);
                    rows.add(row);
                }
            } else if (random.nextInt(grow ? 8 : 2) == 0) {
                ranking.remove(row);
                rows.remove((Integer) row);
            } else {
                Demand demand = new Demand(
                        Ask.of(Nodes.needs(random.nextInt(4) * 100, 100)), columns, new Demand.Passing(null, 0));
                columns.take(row, demand, columns.free[Dimension.CPU.index()][row] > 500 ? 1 : -1);
                ranking.moved(row);
            }
        }

        List<Integer> order = new ArrayList<>();
        for (int at = 0; at < ranking.count; at++) {
            Ranking.Block block = ranking.blocks[at];
            assertThat(block.size).isPositive();
            for (int i = 0; i < block.size; i++) {
                order.add(block.rows[i]);
            }
        }
        assertThat(order)
                .isEqualTo(rows.stream()
                        .sorted(Comparator.comparing((Integer row) -> -fit.part(columns.fullness[row]))
                                .thenComparing(row -> row))
                        .toList());
        assertThat(ranking.count).isLessThanOrEqualTo(4 + 8 * rows.size() / Ranking.BLOCK);
    }
}
