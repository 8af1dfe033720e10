package io.holdfast.benchmarks;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.Placement;
import io.holdfast.placement.Trial;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.request.Preferences;
import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.table.NodeTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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

/**
 * Placing as many requests as there are nodes, one after the other, on nodes filled to between a half and nine tenths. What was placed is
 * given back between runs, outside of what is measured. A few of the trace need more than half a node, so that there is no room for
 * them: that is found and explained within what is measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PlacementRuns {
    /** Groups that the requests with preferences belong to. */
    private static final int GROUPS = 500;

    /** Otherwise something else is measured than placing. */
    private static final double LEAST_PLACED = 0.99;

    static final int REPLICAS = 10_000;

    @Param({"1000", "10000", "50000"})
    public int nodes;

    @Param("")
    public String pods;

    private NodeTable table;
    private List<PlacementRequest> plain;
    private List<PlacementRequest> preferring;
    private List<PlacementRequest> replicas;
    private Trial trial;
    private int placed;
    private int expected;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        List<Resources> work = PodShapes.read(Path.of(pods));
        table = Fleet.filled(nodes, work, 0.5, 0.9, 1);
        Random random = new Random(2);
        plain = new ArrayList<>();
        preferring = new ArrayList<>();
        Preferences preferences = Preferences.NONE
                .with(Spread.evenly("rack"))
                .with(new Affinity(new Constraint("generation", Constraint.Operator.EQUAL, "g1"), 50));
        for (int i = 0; i < nodes; i++) {
            Ask ask = Ask.of(Fleet.jittered(work, random));
            plain.add(new PlacementRequest("r" + i, ask));
            String group = "g" + random.nextInt(GROUPS);
            preferring.add(new PlacementRequest("r" + i, ask.in(group, group).with(preferences)));
        }
        Ask replica = Ask.of(new Resources(1000, 0, 2L << 30, 0, 0)).in("job", "job/group");
        replicas = Collections.nCopies(REPLICAS, new PlacementRequest("r", replica));
    }

    @Setup(Level.Invocation)
    public void open() {
        trial = new BestFitEngine().open(table);
        placed = 0;
    }

    @TearDown(Level.Invocation)
    public void giveBack() {
        trial.close();
        if (placed < expected * LEAST_PLACED) {
            throw new IllegalStateException(
                    "no more than " + placed + " of " + expected + " requests have found a node");
        }
    }

    @Benchmark
    public int plain() {
        return place(plain);
    }

    @Benchmark
    public int spreadAndAffinity() {
        return place(preferring);
    }

    @Benchmark
    public int replicas() {
        return place(replicas);
    }

    private int place(List<PlacementRequest> requests) {
        expected = requests.size();
        for (PlacementRequest request : requests) {
            placed += trial.place(request) instanceof Placement.Placed ? 1 : 0;
        }
        return placed;
    }
}
