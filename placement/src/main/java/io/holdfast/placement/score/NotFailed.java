package io.holdfast.placement.score;

import io.holdfast.placement.table.NodeTable;
import io.holdfast.placement.table.Share;
import java.util.BitSet;
import java.util.List;

/** Whether the group has not failed there just now. Such a node is taken only where no other can be. */
final class NotFailed implements Scorer {
    private final BitSet failed = new BitSet();

    NotFailed(NodeTable nodes, List<String> nodeIds) {
        for (String id : nodeIds) {
            int row = nodes.rowOf(id);
            if (row >= 0) {
                failed.set(row);
            }
        }
    }

    @Override
    public String word() {
        return "not-failed";
    }

    @Override
    public int weight() {
        return Scores.NOT_FAILED_WEIGHT;
    }

    @Override
    public long part(int row) {
        return failed.get(row) ? 0 : Share.ONE;
    }

    @Override
    public BitSet particular() {
        return failed;
    }

    @Override
    public long cellPart(int row) {
        return Share.ONE;
    }
}
