package io.holdfast.cli.command;

import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.SimulationFormat;
import io.holdfast.simulation.replay.Experiment;
import io.holdfast.simulation.replay.Fleet;
import io.holdfast.simulation.replay.Policy;
import io.holdfast.simulation.trace.Nodes;
import io.holdfast.simulation.trace.Pods;
import io.holdfast.simulation.trace.TraceInvalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Replays a trace. Asks no scheduler. */
@Command(
        name = "simulate",
        description = {
            "Replay a trace of pods on a list of nodes, with one or several ways to choose nodes, and count what came of it.",
            "Asks no scheduler, and starts nothing."
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int MAX_SEEDS = 1000;
    private static final String ALL = "all";

    /** A trace that is wrong is an input that is wrong, as a job document is. */
    private static final int DATA = 65;

    @ParentCommand
    private HasConsole root;

    @Option(names = "--pods", required = true, paramLabel = "FILE", description = "The pods, as CSV.")
    private String pods;

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
            description = "How many nodes of --node-size; as many as needed by default.")
    private Integer nodeCount;

    @Option(
            names = "--nodes-with-devices-only",
            description = "Pass over nodes without GPUs, as published figures of GPU traces do.")
    private boolean nodesWithDevicesOnly;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "holdfast",
            description =
                    "How nodes are chosen, or all: holdfast, holdfast-learned, nomad, nomad-batch, most-allocated,"
                            + " least-allocated, dot-product, packing, best-fit, fgd, random. Default: holdfast.")
    private List<String> policies;

    @Option(
            names = "--arrival-seeds",
            paramLabel = "N",
            description = "So many runs, each with pods in an order of chance; else one, in the order of the trace.")
    private int arrivalSeeds;

    @Option(
            names = "--until-gpu-demand",
            paramLabel = "PERCENT",
            converter = PercentConverter.class,
            description = "With --arrival-seeds: draw pods until they ask for this part of all GPUs, as 100%%.")
    private Double gpuDemand;

    @Option(names = "--batch", description = "All pods come at once, and are placed in the order that packs best.")
    private boolean batch;

    @Option(names = "--seed", paramLabel = "S", description = "The first seed; 1 by default.")
    private long seed = 1;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, json, yaml, or html: a page that shows how full the nodes are.")
    private SimulationFormat format = SimulationFormat.table;

    @Override
    public Integer call() {
        Console console = root.console();
        check();
        List<Policy> chosen = chosen();
        try {
            Experiment experiment = new Experiment(
                    fleet(),
                    nodeSize == null ? Pods.read(Path.of(pods)) : Pods.withoutGpus(Pods.read(Path.of(pods))),
                    chosen,
                    seed,
                    arrivalSeeds,
                    gpuDemand == null ? 0 : gpuDemand,
                    batch,
                    System::nanoTime);
            experiment.oversized().ifPresent(some -> console.message("simulate: " + some.sentence()));
            format.print(console, experiment.run());
        } catch (TraceInvalid e) {
            throw new CommandFailed(DATA, e.getMessage());
        } catch (NoSuchFileException e) {
            throw new CommandFailed(ExitCodes.NO_INPUT, "there is no file " + e.getFile());
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.NO_INPUT, "a trace cannot be read: " + e.getMessage());
        }
        return ExitCodes.OK;
    }

    private void check() {
        if ((nodes == null) == (nodeSize == null)) {
            throw usage("one of --nodes and --node-size says what the nodes are: give one of them");
        }
        if (nodeCount != null && nodeSize == null) {
            throw usage("--node-count is of --node-size: give both, or neither");
        }
        if (nodeCount != null && (nodeCount < 1 || nodeCount > Nodes.MAX_NODES)) {
            throw usage("--node-count is 1 to " + Nodes.MAX_NODES + ", not " + nodeCount);
        }
        if (arrivalSeeds < 0 || arrivalSeeds > MAX_SEEDS) {
            throw usage("--arrival-seeds is 0 to " + MAX_SEEDS + ", not " + arrivalSeeds);
        }
        if (gpuDemand != null && (arrivalSeeds == 0 || nodeSize != null)) {
            throw usage(
                    "--until-gpu-demand draws pods by seeds for nodes with GPUs: give --nodes and --arrival-seeds too");
        }
        for (String file : nodes == null ? List.of(pods) : List.of(pods, nodes)) {
            if (Files.isDirectory(Path.of(file))) {
                throw new CommandFailed(ExitCodes.NO_INPUT, "the file " + file + " cannot be read: it is a directory");
            }
        }
    }

    private List<Policy> chosen() {
        List<Policy> chosen = new ArrayList<>();
        for (String word : policies) {
            if (word.equals(ALL)) {
                return List.of(Policy.values());
            }
            chosen.add(Policy.of(word)
                    .orElseThrow(() -> usage("there is no policy " + word + ": give all, or some of "
                            + Arrays.stream(Policy.values()).map(Policy::word).collect(Collectors.joining(", ")))));
        }
        return chosen.stream().distinct().toList();
    }

    private Fleet fleet() throws IOException, TraceInvalid {
        if (nodeSize == null) {
            return Fleet.fixed(
                    nodesWithDevicesOnly ? Nodes.withDevices(Nodes.read(Path.of(nodes))) : Nodes.read(Path.of(nodes)));
        }
        return nodeCount == null
                ? Fleet.asNeeded(nodeSize.cpuMillis(), nodeSize.memoryBytes())
                : Fleet.fixed(Nodes.equal(nodeCount, nodeSize.cpuMillis(), nodeSize.memoryBytes()));
    }

    private static CommandFailed usage(String message) {
        return new CommandFailed(ExitCodes.USAGE, message);
    }
}
