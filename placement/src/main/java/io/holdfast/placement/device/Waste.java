package io.holdfast.placement.device;

import io.holdfast.placement.device.Workload.Shape;
import io.holdfast.placement.request.DeviceAsk;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of a node's devices of one kind is waste: free, and yet of no use to those that usually come.
 *
 * <p>Two parts are added. For each usual shape, weighted by how often it comes: what of the free devices it could not fill, were
 * it repeated until processors, memory or devices run out. And for each device, what its gap loses because no shares fill it
 * ({@link GapPrices}).
 *
 * <p>The first follows the measure of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), which asks whether one more of
 * each shape would fit; here it is how many, so that processors that run short before the devices do count long before the last.
 */
final class Waste {
    /** The weights of all shapes together. */
    private static final long UNIT = 1_000_000;

    /** Shares fit into the gaps that others leave: what a node can do for them is what tells nodes apart. */
    private static final double SHARE_WEIGHT = 8;

    /** Several devices at once are the hardest to find: without this, packing well would be to refuse them. */
    private static final double SEVERAL_WEIGHT = 16;

    /** The loss in gaps, beside what shapes cannot fill. */
    private static final long GAP_WEIGHT = 8 * UNIT;

    private final int count;
    private final long[] cpu;
    private final long[] memory;
    private final long[] totals;
    private final int[] devices;
    private final int[] thousandths;
    private final long[] weights;

    /** By free thousandths of a device; all 0 where no shares are known. */
    private final long[] losses;

    Waste(Map<Shape, Integer> workload) {
        List<Map.Entry<Shape, Integer>> shapes = workload.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> entry.getKey().thousandths()))
                .toList();
        count = shapes.size();
        cpu = shapes.stream().mapToLong(entry -> entry.getKey().cpuMillis()).toArray();
        memory =
                shapes.stream().mapToLong(entry -> entry.getKey().memoryBytes()).toArray();
        totals = shapes.stream().mapToLong(entry -> entry.getKey().total()).toArray();
        devices = shapes.stream().mapToInt(entry -> entry.getKey().count()).toArray();
        thousandths =
                shapes.stream().mapToInt(entry -> entry.getKey().thousandths()).toArray();
        double[] shares = shapes.stream()
                .mapToDouble(entry -> entry.getValue() * importance(entry.getKey()))
                .toArray();
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        weights = new long[count];
        for (int i = 0; i < count; i++) {
            weights[i] = Math.round(shares[i] / sum * UNIT);
        }
        losses = losses(workload);
    }

    private static double importance(Shape shape) {
        if (shape.isShare()) {
            return SHARE_WEIGHT;
        }
        return shape.count() > 1 ? SEVERAL_WEIGHT : 1;
    }

    private static long[] losses(Map<Shape, Integer> workload) {
        Map<Integer, Integer> bySize = new TreeMap<>();
        workload.forEach((shape, times) -> {
            if (shape.isShare()) {
                bySize.merge(shape.thousandths(), times, Integer::sum);
            }
        });
        if (bySize.isEmpty()) {
            long[] all = new long[DeviceAsk.WHOLE + 1];
            for (int gap = 0; gap < DeviceAsk.WHOLE; gap++) {
                all[gap] = gap;
            }
            return all;
        }
        return GapPrices.losses(
                bySize.keySet().stream().mapToInt(Integer::intValue).toArray(),
                bySize.values().stream().mapToDouble(Integer::doubleValue).toArray());
    }

    /**
     * In thousandths of devices, times {@value #UNIT}.
     *
     * @param freeCpu millis
     * @param freeMemory bytes
     * @param free thousandths of each device, the smallest first
     */
    long of(long freeCpu, long freeMemory, int[] free) {
        long all = 0;
        for (int one : free) {
            all += one;
        }
        long waste = 0;
        // shapes come by size and so do devices: those that a shape can use are an end of the array
        long usable = all;
        int from = 0;
        for (int i = 0; i < count; i++) {
            while (from < free.length && free[from] < thousandths[i]) {
                usable -= free[from++];
            }
            waste += (all - fills(i, freeCpu, freeMemory, free.length - from, usable)) * weights[i];
        }
        for (int one : free) {
            waste += GAP_WEIGHT * losses[Math.max(0, one)];
        }
        return waste;
    }

    /** How much of the devices a shape can fill again and again, as if it could be divided at the end. */
    private long fills(int shape, long freeCpu, long freeMemory, int usableDevices, long usable) {
        long fills =
                devices[shape] > 1 ? (long) usableDevices / devices[shape] * devices[shape] * DeviceAsk.WHOLE : usable;
        if (fills == 0 || freeCpu < cpu[shape] || freeMemory < memory[shape]) {
            return 0;
        }
        if (cpu[shape] > 0) {
            fills = Math.min(fills, freeCpu * totals[shape] / cpu[shape]);
        }
        if (memory[shape] > 0) {
            // megabytes: bytes times thousandths could overflow
            fills = Math.min(fills, (freeMemory >> 20) * totals[shape] / Math.max(1, memory[shape] >> 20));
        }
        return fills;
    }
}
