package io.holdfast.simulation.trace;

import io.holdfast.model.state.Capacity;
import io.holdfast.placement.table.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists of nodes. */
public final class Nodes {
    public static final int MAX_NODES = 100_000;

    private static final int MAX_GPUS = 1024;

    private Nodes() {}

    /** Columns {@code sn, cpu_milli, memory_mib}, and {@code gpu} (how many) and {@code model} where there are GPUs. */
    public static List<Node> read(Path file) throws IOException, TraceInvalid {
        List<Node> nodes = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (CsvRow row : CsvTable.read(file, List.of("sn", "cpu_milli", "memory_mib"))) {
            String id = row.required("sn");
            Integer before = lines.putIfAbsent(id, row.line());
            if (before != null) {
                throw row.wrong("sn", "another name than that of line " + before);
            }
            if (nodes.size() == MAX_NODES) {
                throw row.wrong("sn", "at most " + MAX_NODES + " nodes");
            }
            Node node = node(
                    id,
                    row.number("cpu_milli", 1, Pods.MAX_CPU_MILLIS),
                    row.number("memory_mib", 1, Pods.MAX_MEMORY_MIB) << 20);
            int gpus = (int) row.number("gpu", 0, MAX_GPUS, 0);
            nodes.add(gpus == 0 ? node : node.withDevices(new Node.DeviceGroup(Pods.GPU, row.text("model"), gpus)));
        }
        return nodes;
    }

    /** So many that are alike, without GPUs. */
    public static List<Node> equal(int count, long cpuMillis, long memoryBytes) {
        List<Node> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nodes.add(node("node-" + i, cpuMillis, memoryBytes));
        }
        return nodes;
    }

    public static List<Node> withDevices(List<Node> nodes) throws TraceInvalid {
        List<Node> some =
                nodes.stream().filter(node -> !node.devices().isEmpty()).toList();
        if (some.isEmpty()) {
            throw new TraceInvalid("no node has a GPU: no node is left when those without are passed over");
        }
        return some;
    }

    private static Node node(String id, long cpuMillis, long memoryBytes) {
        return new Node(id, id, new Capacity(cpuMillis, memoryBytes, 0, 0), Map.of());
    }
}
