package io.holdfast.benchmarks;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.Placement;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.Trial;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.simulation.peer.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The plain requests of {@link PlacementRuns}, fewer of them, by the formulas of peers and by the product's own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PeerRuns {
    static final int REQUESTS = 1_000;
    private static final double LEAST_PLACED = 0.99;

    @Param("10000")
    public int nodes;

    @Param("")
    public String pods;

    @Param({
        "holdfast",
        "nomad",
        "nomad-batch",
        "most-allocated",
        "least-allocated",
        "dot-product",
        "packing",
        "best-fit",
        "fgd",
        "random"
    })
    public String policy;

    private NodeTable table;
    private List<Ask> trace;
    private List<PlacementRequest> requests;
    private Trial trial;
    private int placed;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        List<Resources> work = PodShapes.read(Path.of(pods));
        table = Fleet.filled(nodes, work, 0.5, 0.9, 1);
        trace = work.stream().map(Ask::of).toList();
        Random random = new Random(2);
        requests = random.ints(REQUESTS)
                .mapToObj(i -> new PlacementRequest("r" + i, Ask.of(Fleet.jittered(work, random))))
                .toList();
    }

    @Setup(Level.Invocation)
    public void open() {
        trial = engine().open(table);
        placed = 0;
    }

    private PlacementEngine engine() {
        return switch (policy) {
            case "holdfast" -> new BestFitEngine();
            case "nomad" -> Peers.nomad(1);
            case "nomad-batch" -> Peers.nomadBatch(1);
            case "most-allocated" -> Peers.mostAllocated();
            case "least-allocated" -> Peers.leastAllocated();
            case "dot-product" -> Peers.dotProduct();
            case "packing" -> Peers.packing();
            case "best-fit" -> Peers.bestFit();
            case "fgd" -> Peers.fgd(trace);
            case "random" -> Peers.random(1);
            default -> throw new IllegalArgumentException("there is no policy " + policy);
        };
    }

    @TearDown(Level.Invocation)
    public void giveBack() {
        trial.close();
        if (placed < REQUESTS * LEAST_PLACED) {
            throw new IllegalStateException(
                    "no more than " + placed + " of " + REQUESTS + " requests have found a node");
        }
    }

    @Benchmark
    public int place() {
        for (PlacementRequest request : requests) {
            placed += trial.place(request) instanceof Placement.Placed ? 1 : 0;
        }
        return placed;
    }
}
