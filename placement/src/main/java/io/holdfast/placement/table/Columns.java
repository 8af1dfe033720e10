package io.holdfast.placement.table;

import io.holdfast.placement.request.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each row has, and has left: one array for each dimension. Also how full each row is, kept with it because every placement
 * asks for it: the mean of the shares in use, by the weights of the dimensions that the node has at all.
 */
final class Columns {
    private static final int FITTED_FROM = Dimension.FITTED[0].index();
    private static final long[] NOTHING = new long[Dimension.FIXED.length];

    private final List<Dimension> dimensions = new ArrayList<>(List.of(Dimension.FIXED));
    private final Map<String, Dimension> named = new HashMap<>();
    private final List<long[]> capacities = new ArrayList<>();
    private int length = 16;

    /** By dimension, then row. Below 0 where a node has shrunk under its work: then nothing more fits. */
    long[][] free;

    /** By row: how full, up to {@link Fit#FULL}. */
    long[] fullness = new long[length];

    /** By fitted dimension, then row: what one unit in use adds to the fullness. */
    private final double[][] perUnit = new double[Dimension.FITTED.length][length];

    Columns() {
        free = new long[dimensions.size()][length];
        dimensions.forEach(dimension -> capacities.add(new long[length]));
    }

    List<Dimension> dimensions() {
        return dimensions;
    }

    /** Adds the column of a countable resource or kind of devices that was not known before. */
    private void know(String key, Dimension dimension) {
        named.put(key, dimension);
        dimensions.add(dimension);
        capacities.add(new long[length]);
        free = Arrays.copyOf(free, free.length + 1);
        free[free.length - 1] = new long[length];
    }

    void know(Node node) {
        node.counted().keySet().forEach(this::knowCounted);
        node.devices().forEach(group -> knowDevices(group.kind()));
    }

    void know(Needs needs) {
        needs.counted().keySet().forEach(this::knowCounted);
        needs.devices().forEach(ask -> knowDevices(ask.kind()));
    }

    private void knowCounted(String name) {
        if (!named.containsKey("counted " + name)) {
            know("counted " + name, Dimension.counted(name, dimensions.size()));
        }
    }

    private void knowDevices(String kind) {
        if (!named.containsKey("devices " + kind)) {
            know("devices " + kind, Dimension.devices(kind, dimensions.size()));
        }
    }

    /** A node in a row: what was in use there stays in use. */
    void set(int row, Node node) {
        know(node);
        if (row >= length) {
            grow(Math.max(row + 1, length * 2));
        }
        for (Dimension dimension : dimensions) {
            int d = dimension.index();
            long capacity = dimension.capacity().applyAsLong(node);
            free[d][row] = capacity - used(d, row);
            capacities.get(d)[row] = capacity;
        }
        double weights = 0;
        for (Dimension dimension : Dimension.FITTED) {
            weights += capacity(dimension.index(), row) > 0 ? dimension.fitWeight() : 0;
        }
        for (int f = 0; f < perUnit.length; f++) {
            long capacity = capacity(FITTED_FROM + f, row);
            // a node without any of it leaves its weight to the others
            perUnit[f][row] = capacity > 0 ? Dimension.FITTED[f].fitWeight() / weights * Fit.FULL / capacity : 0;
        }
        measure(row);
    }

    /** Nothing is there any more. */
    void clear(int row) {
        for (int d = 0; d < free.length; d++) {
            free[d][row] = 0;
            capacities.get(d)[row] = 0;
        }
    }

    long capacity(int dimension, int row) {
        return capacities.get(dimension)[row];
    }

    long used(int dimension, int row) {
        return capacity(dimension, row) - free[dimension][row];
    }

    void take(int row, Demand demand, int times) {
        for (int i = 0; i < demand.dimensions.length; i++) {
            free[demand.dimensions[i]][row] -= demand.needs[i] * times;
        }
        measure(row);
    }

    /** What an instance adds to the fullness of a row that it fits on. */
    long adds(int row, Demand demand) {
        long sum = 0;
        for (int f = 0; f < perUnit.length; f++) {
            sum += (long) (demand.fitted[f] * perUnit[f][row]);
        }
        return sum;
    }

    /** Rows with equal marks gain the same fullness by the same instance. */
    long mark(int row) {
        long mark = 17;
        for (double[] units : perUnit) {
            mark = mark * 0x9E3779B97F4A7C15L + Double.doubleToRawLongBits(units[row]);
        }
        return mark;
    }

    private void measure(int row) {
        fullness[row] = fullnessWithout(row, NOTHING);
    }

    /**
     * How full a row would be with less in use.
     *
     * @param freed by dimension
     */
    long fullnessWithout(int row, long[] freed) {
        long sum = 0;
        for (int f = 0; f < perUnit.length; f++) {
            int d = FITTED_FROM + f;
            long used = used(d, row) - freed[d];
            // more than there is counts as all there is
            sum += (long) (Math.min(used, capacity(d, row)) * perUnit[f][row]);
        }
        return sum;
    }

    private void grow(int size) {
        length = size;
        for (int d = 0; d < free.length; d++) {
            free[d] = Arrays.copyOf(free[d], size);
            capacities.set(d, Arrays.copyOf(capacities.get(d), size));
        }
        fullness = Arrays.copyOf(fullness, size);
        for (int f = 0; f < perUnit.length; f++) {
            perUnit[f] = Arrays.copyOf(perUnit[f], size);
        }
    }
}
