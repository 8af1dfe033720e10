package io.holdfast.placement.table;

import java.util.BitSet;

/**
 * Finds the best rows of all, without looking at most of them. The answer is that of a full scan, ties included.
 *
 * <p>Within a ranking the score falls from row to row, so the first that has room is its best. Rankings are visited in the order
 * of the best that they could still offer, and none any more that could not better what was found. Rows whose score stands apart
 * (a node that was failed on just now, one that has the image) are asked one by one. Not safe for threads; made once and used
 * again.
 */
public final class Search {
    /** Where lasting filters leave so few rows, these are asked directly. */
    private static final int FEW = 256;

    private static final long NONE = -1;

    private final NodeTable table;
    private long[] bounds = new long[16];
    private long[] bases = new long[16];
    private long[] adds = new long[16];

    /** The block to begin with; -1 while that has not been looked for. */
    private int[] froms = new int[16];

    public Search(NodeTable table) {
        this.table = table;
    }

    /** Offers to {@code best} whatever belongs there. */
    public void run(Wish wish, Best best) {
        Demand demand = wish.demand();
        Siblings siblings = table.company().ofGroup(demand.ask.group());
        if (demand.lastingCount <= FEW) {
            scan(demand.lasting, wish, siblings, best);
            return;
        }
        if (!wish.particular().isEmpty()) {
            scan(wish.particular(), wish, siblings, best);
        }
        ranked(wish, siblings, best);
    }

    /** The same by asking every row of a set. */
    private void scan(BitSet rows, Wish wish, Siblings siblings, Best best) {
        Demand demand = wish.demand();
        for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
            if (table.fits(row, demand) && demand.lasting.get(row) && wish.passes(row)) {
                best.offer(wish.rowScore(row), siblings.on(row), row);
            }
        }
    }

    private void ranked(Wish wish, Siblings siblings, Best best) {
        Partition partition = table.partition(wish.demand().ask);
        int count = partition.rankings.size();
        prepare(partition, wish, count);
        for (int next = highest(count); next >= 0 && best.mayTake(bounds[next]); next = highest(count)) {
            Ranking ranking = partition.rankings.get(next);
            if (froms[next] >= 0) {
                walk(ranking, next, wish, siblings, best);
                bounds[next] = NONE;
                continue;
            }
            froms[next] = ranking.firstThatMayTake(wish.demand(), 0);
            bounds[next] = froms[next] == ranking.count ? NONE : score(ranking, next, wish, ranking.first(froms[next]));
        }
    }

    private void prepare(Partition partition, Wish wish, int count) {
        if (count > bounds.length) {
            bounds = new long[count * 2];
            bases = new long[count * 2];
            adds = new long[count * 2];
            froms = new int[count * 2];
        }
        for (int i = 0; i < count; i++) {
            Ranking ranking = partition.rankings.get(i);
            froms[i] = -1;
            bounds[i] = NONE;
            if (ranking.count > 0) {
                int first = ranking.first(0);
                if (wish.cellPasses(first)) {
                    bases[i] = wish.cellScore(first);
                    adds[i] = table.adds(first, wish.demand());
                    bounds[i] = score(ranking, i, wish, first);
                }
            }
        }
    }

    private int highest(int count) {
        int highest = -1;
        long bound = NONE;
        for (int i = 0; i < count; i++) {
            if (bounds[i] > bound) {
                bound = bounds[i];
                highest = i;
            }
        }
        return highest;
    }

    private long score(Ranking ranking, int i, Wish wish, int row) {
        return bases[i] + wish.fitWeight() * ranking.fit.part(table.fullness(row) + adds[i]);
    }

    private void walk(Ranking ranking, int i, Wish wish, Siblings siblings, Best best) {
        Demand demand = wish.demand();
        BitSet particular = wish.particular();
        boolean someAreParticular = !particular.isEmpty();
        for (int at = froms[i]; at < ranking.count; at = ranking.firstThatMayTake(demand, at + 1)) {
            Ranking.Block block = ranking.blocks[at];
            if (!best.mayTake(score(ranking, i, wish, block.rows[0]))) {
                return;
            }
            boolean someFit = false;
            for (int n = 0; n < block.size; n++) {
                int row = block.rows[n];
                if (!table.fits(row, demand)) {
                    continue;
                }
                someFit = true;
                long score = score(ranking, i, wish, row);
                if (!best.mayTake(score, row)) {
                    return; // and none of those that follow
                }
                if (demand.lasting.get(row) && !(someAreParticular && particular.get(row)) && wish.passes(row)) {
                    best.offer(score, siblings.on(row), row);
                }
            }
            if (!someFit) {
                ranking.tighten(block);
            }
        }
    }
}
