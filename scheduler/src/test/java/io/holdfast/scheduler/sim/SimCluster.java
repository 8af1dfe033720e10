package io.holdfast.scheduler.sim;

import io.holdfast.model.IdSource;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.scheduler.core.Core;
import io.holdfast.scheduler.core.CoreSettings;
import io.holdfast.scheduler.core.JobStatus;
import io.holdfast.scheduler.core.PlanPreview;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.publish.MemoryLink;
import io.holdfast.scheduler.store.MemoryStore;
import io.holdfast.testkit.ManualClock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One scheduler and some agents. */
public final class SimCluster {
    private static final long STEP_MILLIS = 100;

    public final ManualClock clock = new ManualClock();
    public final MemoryStore.Disk disk = new MemoryStore.Disk("cluster-1");
    public final Map<String, SimAgent> agents = new TreeMap<>();
    public final List<ClusterEvent> events = new ArrayList<>();
    public final SimRegistry registry = new SimRegistry();
    private final CoreSettings settings;
    private final IdSource ids;

    private SimLoop loop;
    public MemoryLink.Maps maps;
    public MemoryStore store;
    public MemoryLink link;
    private Optional<Core> core = Optional.empty();

    /** Is called after each step. */
    private Runnable invariant = () -> {};

    private Consumer<SimCluster> wiring = sim -> {};

    public SimCluster(CoreSettings settings, IdSource ids) {
        this.settings = settings;
        this.ids = ids;
    }

    public void invariant(Runnable check) {
        invariant = check;
    }

    /** Is called with each new scheduler's parts, to make them faulty. */
    public void wiring(Consumer<SimCluster> each) {
        wiring = each;
    }

    /** A scheduler's process starts, with nothing but the disk. */
    public void startScheduler() {
        loop = new SimLoop(clock);
        maps = new MemoryLink.Maps();
        store = new MemoryStore(disk, loop::execute);
        link = new MemoryLink(maps, loop::execute);
        wiring.accept(this);
        Core made = new Core(
                settings, store, link, registry::resolve, new BestFitEngine(), loop, clock, ids, "the only scheduler");
        core = Optional.of(made);
        made.events().subscribe(events::add);
        loop.execute(made::start);
        loop.run();
    }

    /** kill -9 of the scheduler, and of the Hazelcast member in it. */
    public void killScheduler() {
        loop.kill();
        core = Optional.empty();
        agents.values().forEach(SimAgent::schedulerGone);
    }

    public boolean schedulerUp() {
        return core.isPresent();
    }

    public Core core() {
        return core.orElseThrow();
    }

    public SimAgent addNode(String id, long cpuMillis) {
        SimAgent agent = new SimAgent(id, clock, new Capacity(cpuMillis, 1L << 40, 1L << 40, 100_000));
        agents.put(id, agent);
        return agent;
    }

    public void run(long millis) {
        long until = clock.monotonicMillis() + millis;
        while (clock.monotonicMillis() < until) {
            step();
        }
    }

    /** Runs until it holds, but no longer than {@code withinMillis}; answers how long it took. */
    public long runUntil(String what, long withinMillis, BooleanSupplier condition) {
        long begun = clock.monotonicMillis();
        while (!condition.getAsBoolean()) {
            if (clock.monotonicMillis() - begun >= withinMillis) {
                throw new AssertionError(what + " did not come within " + withinMillis + " ms: " + describe());
            }
            step();
        }
        return clock.monotonicMillis() - begun;
    }

    /** What does not rest, for the message of a failure. */
    private String describe() {
        StringBuilder text = new StringBuilder();
        core.ifPresent(c -> {
            text.append(c.view().leader()).append('\n');
            for (JobStatus job : c.view().jobs(JobKey.DEFAULT_PROJECT)) {
                text.append(job.key())
                        .append(' ')
                        .append(job.state())
                        .append(' ')
                        .append(job.groups())
                        .append('\n');
            }
            c.view().nodes().forEach(node -> text.append(node).append('\n'));
        });
        disk.allocations().values().stream()
                .filter(a -> !a.state().terminal())
                .forEach(a -> text.append(core.flatMap(c ->
                                        c.view().allocationsByPrefix(a.job().project(), a.id()).stream()
                                                .findFirst())
                                .orElse(a))
                        .append('\n'));
        agents.values()
                .forEach(agent -> text.append(agent.id)
                        .append(" runs ")
                        .append(agent.running())
                        .append('\n'));
        return text.toString();
    }

    public void step() {
        for (SimAgent agent : agents.values()) {
            boolean lineWasUp = agent.reachable();
            agent.step(core.map(Core::leases), maps);
            if (!lineWasUp) {
                core.ifPresent(c -> c.leases().disconnected(agent.id));
            }
        }
        if (core.isPresent()) {
            loop.advance(STEP_MILLIS);
        } else {
            clock.advanceMillis(STEP_MILLIS);
        }
        invariant.run();
    }

    public Outcome<JobStatus> put(JobKey key, JobSpec spec) {
        return await(core().commands().putJob(key, spec, OptionalInt.empty()));
    }

    public Outcome<JobStatus> stop(JobKey key) {
        return await(core().commands().stopJob(key, OptionalInt.empty()));
    }

    public Outcome<PlanPreview> plan(JobKey key, JobSpec spec) {
        return await(core().commands().plan(key, spec));
    }

    /** As far as it gets without time passing. */
    public <T> T await(Future<T> future) {
        for (int i = 0; i < 1_000 && !future.isComplete(); i++) {
            loop.run();
        }
        if (!future.succeeded()) {
            throw new AssertionError("no answer", future.cause());
        }
        return future.result();
    }

    public List<Allocation> allocations(JobKey key) {
        return core().view().allocations(key);
    }

    public JobStatus status(JobKey key) {
        return core().view().job(key).orElseThrow();
    }
}
