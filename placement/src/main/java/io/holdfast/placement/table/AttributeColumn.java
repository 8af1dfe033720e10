package io.holdfast.placement.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of one attribute: a number for each row, and what the numbers stand for. {@link #NONE} is a node without it. */
public final class AttributeColumn {
    public static final int NONE = 0;

    private final String name;
    private final List<String> values = new ArrayList<>(List.of(""));
    private final Map<String, Integer> numbers = new HashMap<>(Map.of("", NONE));
    private int[] byRow = new int[0];

    /** By number: how many nodes have it; of {@link #NONE} nothing is told. */
    private int[] nodes = new int[4];

    AttributeColumn(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** How many numbers there are, {@link #NONE} among them. */
    public int size() {
        return values.size();
    }

    public int number(int row) {
        return byRow[row];
    }

    /** {@link #NONE} for a value that no node has had. */
    public int numberOf(String value) {
        return numbers.getOrDefault(value, NONE);
    }

    public String value(int number) {
        return values.get(number);
    }

    /** Whether some node has it now. */
    public boolean present(int number) {
        return nodes[number] > 0;
    }

    void set(int row, Node node) {
        if (row >= byRow.length) {
            byRow = Arrays.copyOf(byRow, Math.max(row + 1, byRow.length * 2));
        }
        clear(row);
        int number = numbers.computeIfAbsent(node.attribute(name), value -> {
            values.add(value);
            return values.size() - 1;
        });
        if (number >= nodes.length) {
            nodes = Arrays.copyOf(nodes, values.size() * 2);
        }
        byRow[row] = number;
        nodes[number]++;
    }

    /** A node is gone, or has another value soon. */
    void clear(int row) {
        if (row < byRow.length && nodes[byRow[row]] > 0) {
            nodes[byRow[row]]--;
        }
        if (row < byRow.length) {
            byRow[row] = NONE;
        }
    }
}
