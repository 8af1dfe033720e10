package io.holdfast.placement.table;

import io.holdfast.model.job.Constraint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;

/** The columns of the attributes that some ask has named. Constraints are tried once for each value, not for each node. */
final class Attributes {
    private final Map<String, AttributeColumn> columns = new HashMap<>();
    private final Consumer<ObjIntConsumer<Node>> nodes;

    /** @param nodes hands each node and its row to a visitor */
    Attributes(Consumer<ObjIntConsumer<Node>> nodes) {
        this.nodes = nodes;
    }

    AttributeColumn column(String name) {
        AttributeColumn column = columns.get(name);
        if (column == null) {
            AttributeColumn made = new AttributeColumn(name);
            nodes.accept((node, row) -> made.set(row, node));
            columns.put(name, made);
            column = made;
        }
        return column;
    }

    void set(int row, Node node) {
        columns.values().forEach(column -> column.set(row, node));
    }

    void clear(int row) {
        columns.values().forEach(column -> column.clear(row));
    }

    /** Which rows meet a constraint; rows and values that come later are known to it. */
    IntPredicate match(Constraint constraint) {
        AttributeColumn column = column(constraint.attribute());
        Predicate<String> match = AttributeMatch.of(constraint);
        // by number of the value: 0 not tried, 1 meets, 2 does not
        byte[][] tried = {new byte[column.size()]};
        return row -> {
            int number = column.number(row);
            if (number >= tried[0].length) {
                tried[0] = Arrays.copyOf(tried[0], column.size());
            }
            if (tried[0][number] == 0) {
                tried[0][number] = (byte) (match.test(column.value(number)) ? 1 : 2);
            }
            return tried[0][number] == 1;
        };
    }
}
