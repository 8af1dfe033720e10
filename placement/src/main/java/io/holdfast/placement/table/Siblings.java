package io.holdfast.placement.table;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Where the instances of one group are. */
public final class Siblings {
    /** Of a group that has none. Not to be added to. */
    static final Siblings NONE = new Siblings();

    private final Counts rows = new Counts();

    /** By attribute: how many siblings are where it has which value, by the value's number. Made when first asked for. */
    private final Map<AttributeColumn, int[]> tallies = new HashMap<>(2);

    private int total;

    public int on(int row) {
        return total == 0 ? 0 : rows.of(row);
    }

    public int total() {
        return total;
    }

    public int[] rows() {
        return rows.keys();
    }

    /** How many siblings are where the attribute has the value of this number. */
    public int with(AttributeColumn column, int number) {
        int[] tally = tallies.get(column);
        if (tally == null) {
            tally = new int[column.size()];
            for (int row : rows.keys()) {
                tally = counted(tally, column.number(row), rows.of(row));
            }
            tallies.put(column, tally);
        }
        return number < tally.length ? tally[number] : 0;
    }

    void add(int row, int more) {
        rows.add(row, more);
        total += more;
        if (!tallies.isEmpty()) {
            tallies.replaceAll((column, tally) -> counted(tally, column.number(row), more));
        }
    }

    /** Attributes of nodes have changed. */
    void forgetValues() {
        tallies.clear();
    }

    private static int[] counted(int[] tally, int number, int more) {
        int[] enough = number < tally.length ? tally : Arrays.copyOf(tally, number + 1);
        enough[number] += more;
        return enough;
    }
}
