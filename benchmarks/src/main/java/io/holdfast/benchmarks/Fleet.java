package io.holdfast.benchmarks;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Equal nodes, each filled with work of the trace to somewhere between two shares. The same for the same seed. */
final class Fleet {
    static final long CPU_MILLIS = 128_000;
    static final long MEMORY_BYTES = 768L << 30;
    static final int RACKS = 40;
    static final int GENERATIONS = 5;

    /** Of what is there already. */
    static final int MOST_PRIORITY = 60;

    private Fleet() {}

    static NodeTable filled(int nodes, List<Resources> work, double least, double most, long seed) {
        Random random = new Random(seed);
        NodeTable table = new NodeTable();
        for (int i = 0; i < nodes; i++) {
            String id = "n" + i;
            table.put(new Node(
                    id,
                    id,
                    new Capacity(CPU_MILLIS, MEMORY_BYTES, 0, 0),
                    Map.of("rack", "r" + i % RACKS, "generation", "g" + i % GENERATIONS)));
            fill(table, id, work, least + (most - least) * random.nextDouble(), random);
        }
        return table;
    }

    private static void fill(NodeTable table, String node, List<Resources> work, double share, Random random) {
        int row = table.rowOf(node);
        for (int n = 0; CPU_MILLIS - table.freeCpu(row) < share * CPU_MILLIS; n++) {
            Resources next = work.get(random.nextInt(work.size()));
            if (next.cpuMillis() > table.freeCpu(row) - (1 - share) * CPU_MILLIS / 2
                    || next.memoryBytes() > table.freeMemory(row)) {
                // what is left to the share is filled by one that fits it
                long left = (long) (share * CPU_MILLIS) - (CPU_MILLIS - table.freeCpu(row));
                next = new Resources(left, 0, Math.min(table.freeMemory(row) / 2, left * (1L << 20)), 0, 0);
            }
            Ask ask = Ask.of(next).withPriority(1 + random.nextInt(MOST_PRIORITY));
            table.hold(new Holding(node + "-" + n, node, ask, Grant.NONE));
        }
    }

    /** Equal nodes with so many small pieces of the trace's work each: a quarter of what it asks for. */
    static NodeTable crumbled(int nodes, int each, List<Resources> work, long seed) {
        Random random = new Random(seed);
        NodeTable table = new NodeTable();
        for (int i = 0; i < nodes; i++) {
            String id = "n" + i;
            table.put(new Node(id, id, new Capacity(CPU_MILLIS, MEMORY_BYTES, 0, 0), Map.of()));
            for (int n = 0; n < each; n++) {
                Resources one = jittered(work, random);
                Resources quarter = new Resources(
                        Math.min(one.cpuMillis() / 4, table.freeCpu(i) / 2),
                        0,
                        Math.min(one.memoryBytes() / 4, table.freeMemory(i) / 2),
                        0,
                        0);
                table.hold(new Holding(id + "-" + n, id, Ask.of(quarter), Grant.NONE));
            }
        }
        return table;
    }

    /** Work of the trace, each dimension of each up to a tenth more or less: no two are equal. */
    static Resources jittered(List<Resources> work, Random random) {
        Resources one = work.get(random.nextInt(work.size()));
        return new Resources(
                (long) (one.cpuMillis() * (0.9 + 0.2 * random.nextDouble())),
                0,
                (long) (one.memoryBytes() * (0.9 + 0.2 * random.nextDouble())),
                0,
                0);
    }
}
