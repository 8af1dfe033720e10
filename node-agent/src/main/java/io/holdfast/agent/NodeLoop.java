package io.holdfast.agent;

import io.holdfast.agent.cluster.ClusterLink;
import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.line.Runs;
import io.holdfast.agent.pull.ImageUse;
import io.holdfast.agent.pull.Pulls;
import io.holdfast.agent.reconcile.Annotations;
import io.holdfast.agent.reconcile.Attempt;
import io.holdfast.agent.reconcile.Plan;
import io.holdfast.agent.reconcile.Reconciler;
import io.holdfast.agent.reconcile.Remembered;
import io.holdfast.agent.reconcile.Sight;
import io.holdfast.agent.reconcile.Work;
import io.holdfast.keeper.api.Reply;
import io.holdfast.model.Clock;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, decides, acts, tells; again whenever anything may have changed. Events only wake it.
 *
 * <p>An allocation is decided on only with a list that was asked for after its last work had ended: a list that was under way
 * meanwhile may be older than what was done. For one context.
 */
final class NodeLoop implements WorkRunner.Listener {
    /** The keeper is asked what it has every so often, whatever events said. */
    static final long RELIST_INTERVAL_MILLIS = 10_000;

    /** How long an allocation is left alone after a step that failed and may fail again; doubles up to the longest. */
    static final long FIRST_HOLD_MILLIS = 200;

    static final long LONGEST_HOLD_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);

    /** @param untilMillis monotonic: a wall clock that is set back must not prolong it */
    private record Hold(long millis, long untilMillis) {}

    private final Vertx vertx;
    private final Context context;
    private final Clock clock;
    private final String nodeName;
    private final KeeperClient keeper;
    private final ClusterLink cluster;
    private final Memory memory;
    private final Pulls pulls;
    private final WorkRunner runner;
    private final BooleanSupplier leaseHeld;
    private final Consumer<List<AllocationReport>> reports;
    private final List<Runnable> watchers = new ArrayList<>();

    private Manifest manifest = Sight.NO_NEWS;
    private List<Reply.SandboxStatus> sandboxes = List.of();
    private Map<String, AllocationReport> lastReports = Map.of();
    private final Map<String, Long> needsList = new HashMap<>();
    private final Map<String, Hold> holds = new HashMap<>();
    private boolean listed;
    private boolean listing;
    private boolean listAgain;
    private long listsAsked;
    private boolean lookScheduled;
    private boolean draining;
    private int writesBeforeTelling;
    private long wakeTimer = -1;
    private final long relistTimer;

    NodeLoop(
            Vertx vertx,
            Clock clock,
            String nodeName,
            KeeperClient keeper,
            ClusterLink cluster,
            Memory memory,
            Pulls pulls,
            BooleanSupplier leaseHeld,
            Consumer<List<AllocationReport>> reports) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.clock = clock;
        this.nodeName = nodeName;
        this.keeper = keeper;
        this.cluster = cluster;
        this.memory = memory;
        this.pulls = pulls;
        this.runner = new WorkRunner(keeper, clock, this);
        this.leaseHeld = leaseHeld;
        this.reports = reports;
        this.relistTimer = vertx.setPeriodic(RELIST_INTERVAL_MILLIS, tick -> relist());
    }

    /** To be told after each look. */
    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    Manifest manifest() {
        return manifest;
    }

    /** A manifest that has been judged and is believed. */
    void follow(Manifest believed) {
        manifest = believed;
        Set<String> hashes = believed.rows().stream().map(ManifestRow::specHash).collect(Collectors.toSet());
        cluster.retainSpecs(hashes);
        hashes.removeAll(cluster.specs().keySet());
        cluster.fetchSpecs(hashes);
        look();
    }

    void keeperLost() {
        listed = false;
        runner.dropWaiting();
    }

    void drain() {
        draining = true;
        look();
    }

    /** Whether nothing of this cluster's runs here any more and nothing is under way. */
    boolean quiet() {
        return runner.underWay().isEmpty()
                && needsList.isEmpty()
                && writesBeforeTelling == 0
                && listed
                && sandboxes.stream()
                        .filter(sandbox -> sandbox.annotations().containsKey(Annotations.CLUSTER))
                        .flatMap(sandbox -> sandbox.containers().stream())
                        .allMatch(container -> container.exit().ended());
    }

    void close() {
        vertx.cancelTimer(relistTimer);
        cancelWake();
    }

    /** Asks the keeper what it has; while an answer is awaited, once more after it. */
    void relist() {
        if (!keeper.ready()) {
            return;
        }
        if (listing) {
            listAgain = true;
            return;
        }
        listing = true;
        listAgain = false;
        long number = ++listsAsked;
        keeper.list().onComplete(result -> {
            listing = false;
            if (result.succeeded()) {
                listed = true;
                sandboxes = result.result().items();
                needsList.values().removeIf(needed -> needed <= number);
                lookNow();
            } else {
                LOG.debug("the keeper was not listed: {}", result.cause().getMessage());
            }
            if (listAgain || result.failed() && keeper.ready()) {
                relist();
            }
        });
    }

    /** Looks soon: wake-ups that come together are one look. */
    void look() {
        if (!lookScheduled) {
            lookScheduled = true;
            context.runOnContext(now -> {
                if (lookScheduled) {
                    lookNow();
                }
            });
        }
    }

    private void lookNow() {
        lookScheduled = false;
        if (!listed || !keeper.ready()) {
            return; // nothing is known: the last report stands
        }
        long nowMillis = clock.nowMillis();
        Set<String> busy = busy();
        Plan plan = Reconciler.plan(new Sight(
                nodeName,
                manifest,
                cluster.specs(),
                sandboxes,
                memory.all(),
                pulls.sights(),
                busy,
                leaseHeld.getAsBoolean(),
                draining,
                nowMillis));
        memory.putAll(plan.memory());
        memory.forget(plan.forgotten());
        tell(plan, busy);
        cluster.fetchSpecs(plan.missingSpecs());
        pulls.want(plan.images(), busy);
        plan.works().forEach(runner::submit);
        wakeAt(plan.wakeAtMillis(), nowMillis);
        watchers.forEach(Runnable::run);
    }

    private Set<String> busy() {
        Set<String> busy = new HashSet<>(runner.underWay());
        busy.addAll(needsList.keySet());
        long nowMillis = clock.monotonicMillis();
        // one that has been over for long says nothing of the next failure
        holds.values().removeIf(hold -> hold.untilMillis() + LONGEST_HOLD_MILLIS <= nowMillis);
        holds.forEach((id, hold) -> {
            if (hold.untilMillis() > nowMillis) {
                busy.add(id);
            }
        });
        return busy;
    }

    private void tell(Plan plan, Set<String> busy) {
        Map<String, AllocationReport> now = new TreeMap<>();
        plan.reports().forEach(report -> now.put(report.allocationId(), report));
        busy.forEach(id -> {
            if (lastReports.containsKey(id)) {
                now.putIfAbsent(id, lastReports.get(id));
            }
        });
        boolean ends = now.values().stream()
                .anyMatch(
                        report -> report.state().terminal() && !report.equals(lastReports.get(report.allocationId())));
        lastReports = now;
        if (ends) {
            // once told, an end must outlive this process: else the next one might begin the same anew
            writesBeforeTelling++;
            memory.flush().onComplete(written -> {
                writesBeforeTelling--;
                tellNow();
            });
        }
        tellNow();
    }

    private void tellNow() {
        if (writesBeforeTelling == 0) {
            reports.accept(List.copyOf(lastReports.values()));
        }
    }

    private void wakeAt(long wakeAtMillis, long nowMillis) {
        cancelWake();
        long waitMillis = wakeAtMillis == Long.MAX_VALUE ? Long.MAX_VALUE : wakeAtMillis - nowMillis;
        long monotonicMillis = clock.monotonicMillis();
        for (Hold hold : holds.values()) {
            long left = hold.untilMillis() - monotonicMillis;
            waitMillis = left > 0 ? Math.min(waitMillis, left) : waitMillis;
        }
        if (waitMillis != Long.MAX_VALUE) {
            wakeTimer = vertx.setTimer(Math.max(1, waitMillis), due -> {
                wakeTimer = -1;
                look();
            });
        }
    }

    private void cancelWake() {
        if (wakeTimer >= 0) {
            vertx.cancelTimer(wakeTimer);
            wakeTimer = -1;
        }
    }

    @Override
    public Remembered begun(String allocationId, String task, Attempt attempt) {
        Remembered before = memory.of(allocationId);
        memory.attempt(allocationId, task, attempt);
        return before;
    }

    @Override
    public void withdrawn(String allocationId, Remembered before) {
        memory.putAll(Map.of(allocationId, before));
    }

    @Override
    public void startFailed(String allocationId, String task, Attempt attempt) {
        memory.attempt(allocationId, task, attempt);
        pulls.failureTold(allocationId);
        relistLayers();
    }

    /** A keeper that was started anew may lack some, and so may one that could not start a container. */
    void relistLayers() {
        keeper.layers()
                .onSuccess(pulls::listed)
                .onFailure(trouble -> LOG.debug("the keeper's layers were not listed: {}", trouble.getMessage()));
    }

    @Override
    public void ended(Work work, boolean clean) {
        String id = work.allocationId();
        needsList.put(id, listsAsked + 1);
        if (clean) {
            holds.remove(id);
        } else {
            Hold last = holds.getOrDefault(id, new Hold(FIRST_HOLD_MILLIS / 2, 0));
            long millis = Math.min(last.millis() * 2, LONGEST_HOLD_MILLIS);
            holds.put(id, new Hold(millis, clock.monotonicMillis() + millis));
        }
        relist();
    }

    /** The task whose run a container is, empty where it is not known. */
    String taskOf(String containerId) {
        return sandboxes.stream()
                .flatMap(sandbox -> sandbox.containers().stream())
                .filter(container -> container.id().equals(containerId))
                .map(container -> container.annotations().getOrDefault(Annotations.TASK, ""))
                .findFirst()
                .orElse("");
    }

    boolean paused(String allocationId) {
        return sandboxes.stream().anyMatch(sandbox -> sandbox.id().equals(allocationId) && sandbox.paused());
    }

    /** What has ended is never begun again, and needs none. */
    ImageUse imageUse() {
        boolean known = !manifest.clusterId().isEmpty();
        Map<String, List<String>> used = new TreeMap<>();
        for (ManifestRow row : manifest.rows()) {
            if (memory.of(row.allocationId()) instanceof Remembered.Ended) {
                continue;
            }
            GroupDocument document = cluster.specs().get(row.specHash());
            known &= document != null;
            Stream.ofNullable(document)
                    .flatMap(spec -> spec.group().tasks().stream())
                    .map(TaskSpec::image)
                    .filter(Image::layered)
                    .map(Image::reference)
                    .distinct()
                    .forEach(reference -> used.computeIfAbsent(reference, first -> new ArrayList<>())
                            .add(row.allocationId()));
        }
        return new ImageUse(known, used);
    }

    /** What a stream of a task's output may read. */
    Runs runs(String allocationId, String task) {
        List<Reply.ContainerStatus> containers = sandboxes.stream()
                .filter(sandbox -> sandbox.id().equals(allocationId))
                .flatMap(sandbox -> sandbox.containers().stream())
                .toList();
        boolean wanted =
                manifest.rows().stream().anyMatch(row -> row.allocationId().equals(allocationId));
        boolean forgotten = !wanted && !manifest.clusterId().isEmpty();
        boolean over = memory.of(allocationId) instanceof Remembered.Ended || forgotten;
        List<Runs.Run> runs = containers.stream()
                .filter(c -> task.equals(c.annotations().get(Annotations.TASK)))
                .map(c -> new Runs.Run(
                        c.id(),
                        Integer.parseInt(c.annotations().getOrDefault(Annotations.ATTEMPT, "0")),
                        !c.exit().ended()))
                .sorted(java.util.Comparator.comparingInt(Runs.Run::attempt))
                .toList();
        boolean named = !runs.isEmpty()
                || manifest.rows().stream()
                        .filter(row -> row.allocationId().equals(allocationId))
                        .map(row -> cluster.specs().get(row.specHash()))
                        .anyMatch(document -> document == null
                                || document.group().tasks().stream()
                                        .anyMatch(spec -> spec.name().equals(task)));
        return new Runs(named, runs, over);
    }
}
