package io.holdfast.simulation.trace;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.table.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Nodes and pods that look like those of a cluster with GPUs, for who has no trace. All numbers are made up, none is measured; they
 * stand in docs/reference/simulate.md, too. The same count and seed give the same.
 */
public final class LookAlike {
    public static final int DEFAULT_NODES = 1500;
    public static final int DEFAULT_PODS = 8000;

    private static final long MIB_PER_GIB = 1024;
    private static final int DAY_SECONDS = 86_400;

    /** Pods that end live from this to {@link #LONGEST_SECONDS}, the logarithm of their lives spread evenly. */
    private static final double SHORTEST_SECONDS = 600;

    private static final double LONGEST_SECONDS = 4 * DAY_SECONDS;

    /** Of 100 pods, how many do not end. */
    private static final int STAYING = 20;

    /** What of 100 are so many. */
    private interface Kind {
        int weight();
    }

    private record NodeKind(int weight, int cores, int memoryGib, int gpus, String model) implements Kind {}

    private static final List<NodeKind> NODES = List.of(
            new NodeKind(14, 32, 128, 0, ""),
            new NodeKind(16, 64, 256, 0, ""),
            new NodeKind(25, 48, 192, 2, "small"),
            new NodeKind(20, 64, 384, 4, "medium"),
            new NodeKind(15, 96, 512, 8, "medium"),
            new NodeKind(10, 128, 1024, 8, "large"));

    /**
     * @param cores one of these
     * @param thousandths of each GPU, one of these
     */
    private record PodKind(int weight, List<Integer> cores, int gpus, List<Integer> thousandths) implements Kind {}

    private static final List<Integer> WHOLE = List.of(DeviceAsk.WHOLE);

    private static final List<PodKind> PODS = List.of(
            new PodKind(40, List.of(1, 2, 2, 4, 4, 8, 16), 0, WHOLE),
            new PodKind(35, List.of(2, 4, 4, 6, 8), 1, List.of(100, 200, 250, 300, 500, 500, 700)),
            new PodKind(20, List.of(6, 8, 8, 12, 16), 1, WHOLE),
            new PodKind(2, List.of(16, 24), 2, WHOLE),
            new PodKind(1, List.of(24, 32), 4, WHOLE),
            new PodKind(2, List.of(48, 64, 88), 8, WHOLE));

    private static final List<Integer> GIB_PER_CORE = List.of(1, 2, 4, 4);

    private LookAlike() {}

    /** @param count 1 to {@link Nodes#MAX_NODES} */
    public static List<Node> nodes(int count, long seed) {
        Random random = random(seed, 1);
        List<Node> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nodes.add(node("node-" + i, drawn(NODES, random)));
        }
        return nodes;
    }

    private static Node node(String id, NodeKind kind) {
        Node node = new Node(
                id, id, new Capacity(kind.cores() * 1000L, kind.memoryGib() * MIB_PER_GIB << 20, 0, 0), Map.of());
        return kind.gpus() == 0 ? node : node.withDevices(new Node.DeviceGroup(Pods.GPU, kind.model(), kind.gpus()));
    }

    /**
     * In the order of their arrival.
     *
     * @param count 1 to {@link CsvTable#MAX_LINES}
     */
    public static List<Pod> pods(int count, long seed) {
        Random random = random(seed, 2);
        Map<Needs, Ask> asks = new HashMap<>();
        List<Pod> pods = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Needs needs = needs(random);
            long arrival = random.nextInt(DAY_SECONDS);
            long departure = random.nextInt(100) < STAYING ? Pod.STAYS : arrival + life(random);
            pods.add(new Pod("pod-" + i, asks.computeIfAbsent(needs, Pods::ask), arrival, departure));
        }
        pods.sort(Comparator.comparingLong(Pod::arrivalSeconds));
        return pods;
    }

    private static Needs needs(Random random) {
        PodKind kind = drawn(PODS, random);
        int cores = one(kind.cores(), random);
        int memoryGib = cores * one(GIB_PER_CORE, random);
        Needs needs = Needs.of(new Resources(cores * 1000L, 0, memoryGib * MIB_PER_GIB << 20, 0, 0));
        return kind.gpus() == 0
                ? needs
                : needs.withDevices(new DeviceAsk(Pods.GPU, List.of(), kind.gpus(), one(kind.thousandths(), random)));
    }

    private static long life(Random random) {
        return Math.round(SHORTEST_SECONDS * Math.pow(LONGEST_SECONDS / SHORTEST_SECONDS, random.nextDouble()));
    }

    private static <K extends Kind> K drawn(List<K> kinds, Random random) {
        int draw = random.nextInt(kinds.stream().mapToInt(Kind::weight).sum());
        int at = 0;
        while (draw >= kinds.get(at).weight()) {
            draw -= kinds.get(at++).weight();
        }
        return kinds.get(at);
    }

    private static int one(List<Integer> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    /** @param stream another for nodes than for pods: more of these leave those as they are */
    private static Random random(long seed, int stream) {
        return new Random(seed * 7919 + stream);
    }
}
