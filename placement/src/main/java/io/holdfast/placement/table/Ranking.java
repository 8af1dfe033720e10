package io.holdfast.placement.table;

import java.util.Arrays;

/**
 * Rows in the order of their fullness, the best first, the earlier row first where it is equal.
 *
 * <p>To find the best row with enough room, most rows must not even be looked at. So the order is cut into blocks of some
 * dozens of rows, and each block knows a bound of what its rows have left in each dimension: one comparison passes over a block
 * of full nodes. A bound only ever grows when rows change, and is drawn tight again when a visit has found it to promise too
 * much: so a change costs one move and no upkeep of aggregates. (The same idea as zone maps of column stores.)
 */
final class Ranking {
    static final int BLOCK = 64;

    static final class Block {
        final int[] rows = new int[BLOCK];
        int size;

        /** Where it stands in the order. */
        private int at;
    }

    /** The fullest first, or the emptiest. */
    final Fit fit;

    private final Columns columns;
    private final Block[] blockOf;
    Block[] blocks = new Block[4];
    int count;

    /** By dimension, then block: none of its rows has more left. Apart from the blocks, so that passing over many stays in the cache. */
    private final long[][] most;

    /** @param blockOf by row; shared by the rankings of one partition, in which a row stands once */
    Ranking(Fit fit, Columns columns, Block[] blockOf) {
        this.fit = fit;
        this.columns = columns;
        this.blockOf = blockOf;
        this.most = new long[columns.free.length][blocks.length];
    }

    /** The position of the first block from this one on that may have a row with room; {@link #count} for none. */
    int firstThatMayTake(Demand demand, int from) {
        long[] bounds = most[demand.dimensions[0]];
        long need = demand.needs[0];
        for (int at = from; at < count; at++) {
            if (bounds[at] >= need && mayTake(at, demand)) {
                return at;
            }
        }
        return count;
    }

    private boolean mayTake(int at, Demand demand) {
        int[] dimensions = demand.dimensions;
        for (int i = 0; i < dimensions.length; i++) {
            if (most[dimensions[i]][at] < demand.needs[i]) {
                return false;
            }
        }
        return true;
    }

    int first(int at) {
        return blocks[at].rows[0];
    }

    void insert(int row) {
        if (count == 0) {
            open(0);
        }
        Block block = blocks[blockFor(row)];
        if (block.size == BLOCK) {
            split(block);
            block = blocks[blockFor(row)];
        }
        int at = placeIn(block, row);
        System.arraycopy(block.rows, at, block.rows, at + 1, block.size - at);
        block.rows[at] = row;
        block.size++;
        blockOf[row] = block;
        raise(block, row);
    }

    void remove(int row) {
        Block block = blockOf[row];
        int at = indexIn(block, row);
        System.arraycopy(block.rows, at + 1, block.rows, at, block.size - at - 1);
        block.size--;
        blockOf[row] = null;
        if (block.size == 0) {
            close(block.at);
        } else if (block.size < BLOCK / 4) {
            join(block);
        }
    }

    /** After what it has left has changed. */
    void moved(int row) {
        Block block = blockOf[row];
        int at = indexIn(block, row);
        if (follows(row, before(block, at)) && follows(after(block, at), row)) {
            raise(block, row);
        } else {
            remove(row);
            insert(row);
        }
    }

    /** Draws the bounds tight. */
    void tighten(Block block) {
        for (int d = 0; d < most.length; d++) {
            long[] column = columns.free[d];
            long bound = Long.MIN_VALUE;
            for (int i = 0; i < block.size; i++) {
                bound = Math.max(bound, column[block.rows[i]]);
            }
            most[d][block.at] = bound;
        }
    }

    private void raise(Block block, int row) {
        for (int d = 0; d < most.length; d++) {
            most[d][block.at] = Math.max(most[d][block.at], columns.free[d][row]);
        }
    }

    private int before(Block block, int at) {
        if (at > 0) {
            return block.rows[at - 1];
        }
        return block.at == 0 ? -1 : blocks[block.at - 1].rows[blocks[block.at - 1].size - 1];
    }

    private int after(Block block, int at) {
        if (at + 1 < block.size) {
            return block.rows[at + 1];
        }
        return block.at + 1 == count ? -1 : blocks[block.at + 1].rows[0];
    }

    /** -1 is the edge. */
    private boolean follows(int later, int earlier) {
        if (later < 0 || earlier < 0) {
            return true;
        }
        long ofLater = columns.fullness[later];
        long ofEarlier = columns.fullness[earlier];
        if (ofLater == ofEarlier) {
            return earlier < later;
        }
        return ofEarlier > ofLater == (fit == Fit.PACK);
    }

    /** The last block that does not begin after the row. */
    private int blockFor(int row) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (follows(row, blocks[middle].rows[0])) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int placeIn(Block block, int row) {
        int low = 0;
        int high = block.size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (follows(row, block.rows[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int indexIn(Block block, int row) {
        int at = 0;
        while (block.rows[at] != row) {
            at++;
        }
        return at;
    }

    private void split(Block block) {
        Block second = open(block.at + 1);
        int half = BLOCK / 2;
        System.arraycopy(block.rows, half, second.rows, 0, BLOCK - half);
        second.size = BLOCK - half;
        block.size = half;
        for (int i = 0; i < second.size; i++) {
            blockOf[second.rows[i]] = second;
        }
        tighten(block);
        tighten(second);
    }

    /** With its neighbour, where both together leave room: else the order would fray into many small blocks. */
    private void join(Block block) {
        int other = block.at + 1 < count ? block.at + 1 : block.at - 1;
        if (other < 0 || blocks[other].size + block.size > BLOCK / 2) {
            return;
        }
        Block first = other > block.at ? block : blocks[other];
        Block second = other > block.at ? blocks[other] : block;
        System.arraycopy(second.rows, 0, first.rows, first.size, second.size);
        for (int i = 0; i < second.size; i++) {
            blockOf[second.rows[i]] = first;
        }
        first.size += second.size;
        for (long[] bounds : most) {
            bounds[first.at] = Math.max(bounds[first.at], bounds[second.at]);
        }
        close(second.at);
    }

    private Block open(int at) {
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, count * 2);
            for (int d = 0; d < most.length; d++) {
                most[d] = Arrays.copyOf(most[d], count * 2);
            }
        }
        shift(at, at + 1, count - at);
        count++;
        blocks[at] = new Block();
        for (long[] bounds : most) {
            bounds[at] = Long.MIN_VALUE;
        }
        number(at);
        return blocks[at];
    }

    private void close(int at) {
        shift(at + 1, at, count - at - 1);
        count--;
        blocks[count] = null;
        number(at);
    }

    private void shift(int from, int to, int length) {
        System.arraycopy(blocks, from, blocks, to, length);
        for (long[] bounds : most) {
            System.arraycopy(bounds, from, bounds, to, length);
        }
    }

    private void number(int from) {
        for (int at = from; at < count; at++) {
            blocks[at].at = at;
        }
    }
}
