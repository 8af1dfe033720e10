package io.holdfast.simulation.replay;

import io.holdfast.simulation.trace.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** The moment when pods ask for most together, whoever places them: most GPUs, and of equal moments the last with most cpu. */
final class Busiest {
    private Busiest() {}

    /**
     * Those that are there then.
     *
     * @param pods in the order of their arrival
     */
    static List<Pod> of(List<Pod> pods) {
        PriorityQueue<Pod> there = new PriorityQueue<>(Comparator.comparingLong(Pod::departureSeconds));
        long gpu = 0;
        long cpu = 0;
        long mostGpu = 0;
        long mostCpu = 0;
        int last = -1;
        for (int i = 0; i < pods.size(); i++) {
            Pod pod = pods.get(i);
            while (!there.isEmpty() && there.peek().departureSeconds() <= pod.arrivalSeconds()) {
                Pod gone = there.remove();
                gpu -= gone.gpuThousandths();
                cpu -= gone.cpuMillis();
            }
            there.add(pod);
            gpu += pod.gpuThousandths();
            cpu += pod.cpuMillis();
            if (gpu > mostGpu || gpu == mostGpu && cpu >= mostCpu) {
                mostGpu = gpu;
                mostCpu = cpu;
                last = i;
            }
        }
        int end = last;
        return IntStream.rangeClosed(0, end)
                .filter(i -> i == end
                        || pods.get(i).departureSeconds() > pods.get(end).arrivalSeconds())
                .mapToObj(pods::get)
                .toList();
    }
}
