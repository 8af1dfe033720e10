package io.holdfast.cli.command;

import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.placement.table.Node;
import io.holdfast.simulation.replay.Fleet;
import io.holdfast.simulation.trace.CsvTable;
import io.holdfast.simulation.trace.LookAlike;
import io.holdfast.simulation.trace.Nodes;
import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.Pods;
import io.holdfast.simulation.trace.TraceInvalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which pods come, and to which nodes: of files, of one size, or made up. */
final class SimulationInput {
    @Option(names = "--pods", paramLabel = "FILE", description = "The pods, as CSV.")
    private String pods;

    @Option(
            names = "--pod-count",
            paramLabel = "N",
            description = "How many pods are made up, without --pods; 8000 by default.")
    private Integer podCount;

    @Option(names = "--nodes", paramLabel = "FILE", description = "The nodes, as CSV.")
    private String nodes;

    @Option(
            names = "--node-size",
            paramLabel = "CPU,MEMORY",
            converter = NodeSize.Converter.class,
            description = "Equal nodes of this size instead, as 128000m,768Gi: cpu and memory alone count.")
    private NodeSize nodeSize;

    @Option(
            names = "--node-count",
            paramLabel = "N",
            description =
                    "How many nodes of --node-size, as many as needed by default; or how many are made up, 1500 by default.")
    private Integer nodeCount;

    @Option(
            names = "--nodes-with-devices-only",
            description = "Pass over nodes without GPUs, as published figures of GPU traces do.")
    private boolean nodesWithDevicesOnly;

    /** @throws CommandFailed where options do not go together, or a file is none */
    void check() {
        if (nodes != null && nodeSize != null || pods != null && nodes == null && nodeSize == null) {
            throw SimulateCommand.usage("one of --nodes and --node-size says what the nodes are: give one of them");
        }
        if (podCount != null && pods != null) {
            throw SimulateCommand.usage("--pod-count is of pods that are made up: give it without --pods");
        }
        if (nodeCount != null && nodes != null) {
            throw SimulateCommand.usage(
                    "--node-count is of --node-size, or of nodes that are made up: give it without --nodes");
        }
        count("--pod-count", podCount, CsvTable.MAX_LINES);
        count("--node-count", nodeCount, Nodes.MAX_NODES);
        Stream.of(pods, nodes).filter(Objects::nonNull).forEach(file -> {
            if (Files.isDirectory(Path.of(file))) {
                throw new CommandFailed(ExitCodes.NO_INPUT, "the file " + file + " cannot be read: it is a directory");
            }
        });
    }

    private static void count(String option, Integer count, int max) {
        if (count != null && (count < 1 || count > max)) {
            throw SimulateCommand.usage(option + " is 1 to " + max + ", not " + count);
        }
    }

    boolean hasEqualNodes() {
        return nodeSize != null;
    }

    /**
     * @param seed of those that are made up
     * @param timed whether a file must have their times
     */
    List<Pod> pods(long seed, boolean timed) throws IOException, TraceInvalid {
        List<Pod> some =
                pods == null ? madeUp(seed) : timed ? Pods.readWithTimes(Path.of(pods)) : Pods.read(Path.of(pods));
        return nodeSize == null ? some : Pods.withoutGpus(some);
    }

    private List<Pod> madeUp(long seed) {
        return LookAlike.pods(podCount == null ? LookAlike.DEFAULT_PODS : podCount, seed);
    }

    Fleet fleet(long seed) throws IOException, TraceInvalid {
        if (nodeSize != null) {
            return nodeCount == null
                    ? Fleet.asNeeded(nodeSize.cpuMillis(), nodeSize.memoryBytes())
                    : Fleet.fixed(Nodes.equal(nodeCount, nodeSize.cpuMillis(), nodeSize.memoryBytes()));
        }
        List<Node> some = nodes == null
                ? LookAlike.nodes(nodeCount == null ? LookAlike.DEFAULT_NODES : nodeCount, seed)
                : Nodes.read(Path.of(nodes));
        return Fleet.fixed(nodesWithDevicesOnly ? Nodes.withDevices(some) : some);
    }
}
