package io.holdfast.benchmarks;

import io.holdfast.model.job.JobType;
import io.holdfast.model.job.Resources;
import io.holdfast.placement.preempt.Disruption;
import io.holdfast.placement.preempt.Preempted;
import io.holdfast.placement.preempt.Preemption;
import io.holdfast.placement.preempt.Preemptor;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
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

/** Whom to stop for one more, on full nodes; each request is unlike the one before, and each must find a plan with victims. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PreemptionRuns {
    private static final int REQUESTS = 1_000;
    private static final int PRIORITY = 90;

    @Param("10000")
    public int nodes;

    @Param("")
    public String pods;

    private Preemptor preemptor;
    private List<PlacementRequest> requests;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        List<Resources> work = PodShapes.read(Path.of(pods));
        preemptor = new Preemptor(Fleet.filled(nodes, work, 1, 1, 1));
        Random random = new Random(2);
        requests = random.ints(REQUESTS)
                .mapToObj(i -> new PlacementRequest(
                        "r", Ask.of(Fleet.jittered(work, random)).withPriority(PRIORITY)))
                .toList();
    }

    @Benchmark
    public Preempted search() {
        PlacementRequest request = requests.get(next++ % REQUESTS);
        Preempted answer = preemptor.search(request, JobType.SERVICE, Preemption.ON, Disruption.NONE);
        if (!(answer instanceof Preempted.Plan plan) || plan.victims().isEmpty()) {
            throw new IllegalStateException("no plan with victims for " + request.ask() + ": " + answer);
        }
        return answer;
    }
}
