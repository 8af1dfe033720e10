package io.holdfast.simulation.replay;

import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.CsvTable;
import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.TraceInvalid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Which pods arrive, drawn by a seed. */
public final class Arrivals {
    private Arrivals() {}

    /** The whole trace in an order of chance. */
    public static List<Pod> shuffled(List<Pod> trace, long seed) {
        List<Pod> pods = new ArrayList<>(trace);
        Collections.shuffle(pods, random(seed));
        return pods;
    }

    /** In the order of their times; those of one second stay as they are. */
    static List<Pod> byTime(List<Pod> pods) {
        return pods.stream()
                .sorted(Comparator.comparingLong(Pod::arrivalSeconds))
                .toList();
    }

    /**
     * As FGD counts (ATC'23): the trace in an order of chance, then draws from it with replacement, each pod as likely as the other,
     * until the next would ask for more GPUs than this.
     *
     * @param gpuThousandths of all pods together
     */
    public static List<Pod> drawn(List<Pod> trace, long seed, long gpuThousandths) throws TraceInvalid {
        if (trace.stream().allMatch(pod -> pod.gpuThousandths() == 0)) {
            throw new TraceInvalid(
                    "no pod of the trace asks for a GPU, so that no number of them makes a demand for GPUs");
        }
        Random random = random(seed);
        List<Pod> order = new ArrayList<>(trace);
        Collections.shuffle(order, random);
        List<Pod> pods = new ArrayList<>();
        long sum = 0;
        while (true) {
            Pod next = pods.size() < order.size() ? order.get(pods.size()) : trace.get(random.nextInt(trace.size()));
            sum += next.gpuThousandths();
            if (sum > gpuThousandths) {
                return pods;
            }
            if (pods.size() == CsvTable.MAX_LINES) {
                throw new TraceInvalid("the demand for GPUs needs more than " + CsvTable.MAX_LINES
                        + " pods of the trace: give a lower one");
            }
            pods.add(next);
        }
    }

    public static long gpuThousandths(List<Node> nodes) {
        long sum = 0;
        for (Node node : nodes) {
            for (Node.DeviceGroup group : node.devices()) {
                sum += (long) group.count() * DeviceAsk.WHOLE;
            }
        }
        return sum;
    }

    private static Random random(long seed) {
        // neighbouring seeds begin alike: spread them
        return new Random(seed * 7919 + 17);
    }
}
