package io.holdfast.placement.batch;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.batch.Order.Unit;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * An order in which best fit packs well: one node's filling after the other. A filling begins with the largest that is left and is
 * completed so that as little as possible stays free of what is scarce; which nodes really take it, best fit decides.
 *
 * <p>After the minimum bin slack heuristic of Gupta and Ho (1999), here over kinds of needs instead of single requests, and with a bound of
 * how long it searches for the best filling.
 */
final class PackingOrder {
    /** Kinds looked at for one filling; more find a better one now and then. */
    private static final int STEPS_PER_FILLING = 50_000;

    /** And for all: then the rest follows by size alone. */
    private static final long STEPS = 50_000_000;

    private record Kind(Resources needs, double size, Queue<Unit> units) {}

    private enum Scarcest {
        CPU,
        MEMORY,
        DISK
    }

    private final Kind[] kinds;
    private final Capacity node;
    private final int[] left;
    private final int[] taken;
    private final Scarcest scarcest;
    private int[] best;
    private long leastSlack;
    private int steps;

    private PackingOrder(Kind[] kinds, Capacity node) {
        this.kinds = kinds;
        this.node = node;
        this.left = Arrays.stream(kinds).mapToInt(kind -> kind.units().size()).toArray();
        this.taken = new int[kinds.length];
        this.best = taken;
        double cpu = 0;
        double memory = 0;
        double disk = 0;
        for (Kind kind : kinds) {
            cpu += share(kind.needs().cpuMillis(), node.cpuMillis())
                    * kind.units().size();
            memory += share(kind.needs().memoryBytes(), node.memoryBytes())
                    * kind.units().size();
            disk += share(kind.needs().diskBytes(), node.diskBytes())
                    * kind.units().size();
        }
        this.scarcest = cpu >= memory && cpu >= disk ? Scarcest.CPU : memory >= disk ? Scarcest.MEMORY : Scarcest.DISK;
    }

    static List<Unit> of(NodeTable nodes, List<Unit> units) {
        if (units.size() < 2 || nodes.count() == 0) {
            return units;
        }
        Capacity node = usual(nodes);
        Map<Resources, Queue<Unit>> byNeeds = new LinkedHashMap<>();
        for (Unit unit : units) {
            byNeeds.computeIfAbsent(unit.requests().get(0).ask().needs().resources(), key -> new ArrayDeque<>())
                    .add(unit);
        }
        if (byNeeds.size() == 1) {
            return units;
        }
        Kind[] kinds = byNeeds.entrySet().stream()
                .map(entry -> kind(entry.getKey(), node, entry.getValue()))
                .sorted(Comparator.comparingDouble(Kind::size).reversed())
                .toArray(Kind[]::new);
        return new PackingOrder(kinds, node).order(units.size());
    }

    private static Kind kind(Resources needs, Capacity node, Queue<Unit> units) {
        double size = Math.max(
                share(needs.cpuMillis(), node.cpuMillis()),
                Math.max(share(needs.memoryBytes(), node.memoryBytes()), share(needs.diskBytes(), node.diskBytes())));
        return new Kind(needs, size, units);
    }

    private static double share(long need, long capacity) {
        return capacity <= 0 ? 0 : (double) need / capacity;
    }

    /** What most nodes have. */
    private static Capacity usual(NodeTable nodes) {
        Map<Capacity, Integer> counts = new HashMap<>();
        Capacity usual = nodes.node(nodes.present().nextSetBit(0)).capacity();
        for (int row = nodes.present().nextSetBit(0);
                row >= 0;
                row = nodes.present().nextSetBit(row + 1)) {
            Capacity capacity = nodes.node(row).capacity();
            if (counts.merge(capacity, 1, Integer::sum) > counts.getOrDefault(usual, 0)) {
                usual = capacity;
            }
        }
        return usual;
    }

    private List<Unit> order(int count) {
        List<Unit> order = new ArrayList<>(count);
        long all = 0;
        while (order.size() < count) {
            int first = 0;
            while (left[first] == 0) {
                first++;
            }
            if (all > STEPS) {
                take(first, left[first], order);
                continue;
            }
            fill(first);
            all += steps;
            for (int kind = first; kind < kinds.length; kind++) {
                take(kind, best[kind], order);
            }
        }
        return order;
    }

    private void take(int kind, int times, List<Unit> order) {
        for (int i = 0; i < times; i++) {
            order.add(kinds[kind].units().remove());
        }
        left[kind] -= times;
    }

    private void fill(int first) {
        Arrays.fill(taken, 0);
        taken[first] = 1;
        leastSlack = Long.MAX_VALUE;
        steps = 0;
        Resources needs = kinds[first].needs();
        complete(
                first,
                node.cpuMillis() - needs.cpuMillis(),
                node.memoryBytes() - needs.memoryBytes(),
                node.diskBytes() - needs.diskBytes());
    }

    /** Tries what else goes in, from this kind on, the largest first. */
    private void complete(int from, long cpu, long memory, long disk) {
        long slack = switch (scarcest) {
            case CPU -> cpu;
            case MEMORY -> memory;
            case DISK -> disk;
        };
        if (slack < leastSlack) {
            leastSlack = slack;
            best = taken.clone();
        }
        for (int kind = from; kind < kinds.length && leastSlack > 0 && steps <= STEPS_PER_FILLING; kind++) {
            steps++;
            Resources next = kinds[kind].needs();
            if (taken[kind] < left[kind]
                    && next.cpuMillis() <= cpu
                    && next.memoryBytes() <= memory
                    && next.diskBytes() <= disk) {
                taken[kind]++;
                complete(kind, cpu - next.cpuMillis(), memory - next.memoryBytes(), disk - next.diskBytes());
                taken[kind]--;
            }
        }
    }
}
