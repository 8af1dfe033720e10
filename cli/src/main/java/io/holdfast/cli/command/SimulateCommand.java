package io.holdfast.cli.command;

import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.SimulationFormat;
import io.holdfast.simulation.replay.Experiment;
import io.holdfast.simulation.replay.Mode;
import io.holdfast.simulation.replay.Policy;
import io.holdfast.simulation.trace.TraceInvalid;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Replays a trace. Asks no scheduler. */
@Command(
        name = "simulate",
        description = {
            "Replay a trace of pods on a list of nodes, with one or several ways to choose nodes, and count what came of it.",
            "Without files, of pods and nodes that look like those of a cluster with GPUs.",
            "Asks no scheduler, and starts nothing."
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int MAX_SEEDS = 1000;
    private static final String ALL = "all";

    /** A trace that is wrong is an input that is wrong, as a job document is. */
    private static final int DATA = 65;

    @ParentCommand
    private HasConsole root;

    @Mixin
    private SimulationInput input;

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

    @Option(
            names = "--departures",
            description = "Pods come and leave at their times; what is allocated is told of the moment when most is.")
    private boolean departures;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "The first seed, and that of made-up pods and nodes; 1 by default.")
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
                    input.fleet(seed),
                    input.pods(seed, departures),
                    chosen,
                    seed,
                    arrivalSeeds,
                    gpuDemand == null ? 0 : gpuDemand,
                    mode(),
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
        input.check();
        if (arrivalSeeds < 0 || arrivalSeeds > MAX_SEEDS) {
            throw usage("--arrival-seeds is 0 to " + MAX_SEEDS + ", not " + arrivalSeeds);
        }
        if (departures && batch) {
            throw usage("--departures replays pods by their times, --batch gives all at once: give one of them");
        }
        if (departures && gpuDemand != null) {
            throw usage(
                    "--departures replays pods by their times, --until-gpu-demand draws pods by chance: give one of them");
        }
        if (gpuDemand != null && (arrivalSeeds == 0 || input.hasEqualNodes())) {
            throw usage(
                    "--until-gpu-demand draws pods by seeds for nodes with GPUs: give --arrival-seeds too, and no --node-size");
        }
    }

    private Mode mode() {
        return departures ? Mode.DEPARTURES : batch ? Mode.BATCH : Mode.ARRIVALS;
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

    static CommandFailed usage(String message) {
        return new CommandFailed(ExitCodes.USAGE, message);
    }
}
