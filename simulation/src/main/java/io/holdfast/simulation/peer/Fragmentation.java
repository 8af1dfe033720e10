package io.holdfast.simulation.peer;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * FGD, fragmentation gradient descent (Weng et al., "Beware of Fragmentation", ATC'23): the placement after which the least more of the
 * GPUs is of no use to the typical pod. Counted as in its artifact: typical are the most frequent shapes of cpu and GPUs that make up
 * 95 % of the trace, memory is left out, and the score is a whole number.
 */
final class Fragmentation implements Formula {
    private static final int TYPICAL_PERCENT = 95;

    private record Shape(long cpuMillis, int count, int thousandths) {}

    private final Room room;
    private final Shape[] shapes;
    private final long[] weights;
    private final long total;

    Fragmentation(Room room, List<Ask> trace) {
        this.room = room;
        Map<Shape, Long> counts = new HashMap<>();
        for (Ask ask : trace) {
            counts.merge(new Shape(Room.cpu(ask), Room.gpuCount(ask), Room.gpuThousandths(ask)), 1L, Long::sum);
        }
        List<Map.Entry<Shape, Long>> frequent = counts.entrySet().stream()
                .sorted(Map.Entry.<Shape, Long>comparingByValue()
                        .thenComparing(entry -> entry.getKey().cpuMillis())
                        .thenComparing(entry -> entry.getKey().thousandths())
                        .thenComparing(entry -> entry.getKey().count())
                        .reversed())
                .toList();
        long sum = 0;
        int typical = 0;
        while (typical < frequent.size() && sum * 100 < (long) TYPICAL_PERCENT * trace.size()) {
            sum += frequent.get(typical++).getValue();
        }
        total = sum;
        shapes = frequent.stream().limit(typical).map(Map.Entry::getKey).toArray(Shape[]::new);
        weights =
                frequent.stream().limit(typical).mapToLong(Map.Entry::getValue).toArray();
    }

    @Override
    public double score(int row, Ask ask) {
        double before = fragmented(room.freeCpu(row), room.gpus(row));
        long cpu = room.freeCpu(row) - Room.cpu(ask);
        int[] left = room.gpus(row).clone();
        if (!Room.isShare(ask)) {
            takeWhole(left, Room.gpuCount(ask));
            return points(before - fragmented(cpu, left));
        }
        double best = -1;
        for (int device = 0; device < left.length; device++) {
            best = Math.max(best, ofDevice(before, cpu, left, device, Room.gpuThousandths(ask)));
        }
        return best;
    }

    @Override
    public int device(int row, Ask ask) {
        if (!Room.isShare(ask)) {
            return -1;
        }
        double before = fragmented(room.freeCpu(row), room.gpus(row));
        long cpu = room.freeCpu(row) - Room.cpu(ask);
        int[] left = room.gpus(row).clone();
        int chosen = -1;
        double best = -1;
        for (int device = 0; device < left.length; device++) {
            double points = ofDevice(before, cpu, left, device, Room.gpuThousandths(ask));
            if (points > best) {
                best = points;
                chosen = device;
            }
        }
        return chosen;
    }

    /** -1 where the device has not enough left. */
    private double ofDevice(double before, long cpu, int[] left, int device, int thousandths) {
        if (left[device] < thousandths) {
            return -1;
        }
        left[device] -= thousandths;
        double points = points(before - fragmented(cpu, left));
        left[device] += thousandths;
        return points;
    }

    private static void takeWhole(int[] left, int count) {
        int missing = count;
        for (int device = 0; device < left.length && missing > 0; device++) {
            if (left[device] == DeviceAsk.WHOLE) {
                left[device] = 0;
                missing--;
            }
        }
    }

    private static int points(double gained) {
        return (int) (100 / (1 + Math.exp(-gained / DeviceAsk.WHOLE)));
    }

    /** How much of the GPUs the typical pod cannot use, in thousandths, by the weights of the shapes. */
    double fragmented(long cpuMillis, int[] left) {
        long all = 0;
        for (int one : left) {
            all += one;
        }
        long sum = 0;
        for (int i = 0; i < shapes.length; i++) {
            sum += weights[i] * useless(shapes[i], cpuMillis, left, all);
        }
        return total == 0 ? 0 : (double) sum / total;
    }

    private static long useless(Shape shape, long cpuMillis, int[] left, long all) {
        if (shape.count() == 0 || cpuMillis < shape.cpuMillis()) {
            return all;
        }
        int missing = shape.count();
        long tooSmall = 0;
        for (int one : left) {
            if (one >= shape.thousandths()) {
                missing--;
            } else {
                tooSmall += one;
            }
        }
        return missing <= 0 ? tooSmall : all;
    }
}
