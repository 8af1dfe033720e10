package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.Commands;
import io.holdfast.scheduler.core.EventFeed;
import io.holdfast.scheduler.core.GroupStatus;
import io.holdfast.scheduler.core.JobStatus;
import io.holdfast.scheduler.core.NodeLeases;
import io.holdfast.scheduler.core.NodeStatus;
import io.holdfast.scheduler.core.PlanPreview;
import io.holdfast.scheduler.core.RepackingPlan;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.testkit.ManualClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The core's stand-in: keeps jobs, allocations and nodes as a test puts them, publishes events, notes what the lines say. Every
 * call must come on its context, as the contracts have it.
 */
public final class FakeCluster implements ClusterView, Commands, EventFeed, NodeLeases {
    public static final String CLUSTER_ID = "cluster-1";
    public static final long LEASE_MILLIS = 1_000;

    private volatile CompletableFuture<Void> repackingHeld = CompletableFuture.completedFuture(null);
    private volatile CompletableFuture<Void> repackingBegun = new CompletableFuture<>();
    private final Context context;
    private final Map<JobKey, JobStatus> jobs = new TreeMap<>();
    private final Map<String, Allocation> allocations = new TreeMap<>();
    private final Map<String, NodeStatus> nodes = new TreeMap<>();
    private final ConcurrentSkipListMap<Long, ClusterEvent> committed = new ConcurrentSkipListMap<>();
    private final List<Consumer<ClusterEvent>> subscribers = new CopyOnWriteArrayList<>();
    private final List<ClusterEvent> notes = new CopyOnWriteArrayList<>();
    private final List<String> leases = new CopyOnWriteArrayList<>();

    private volatile LeaderStatus leader = new LeaderStatus(true, 7, CLUSTER_ID, true);
    private volatile RuntimeException fault;
    private volatile RuntimeException storeFault;
    private volatile List<Rejected> refusal = List.of();

    FakeCluster(Context context) {
        this.context = context;
    }

    public static FakeCluster on(Vertx vertx) {
        CompletableFuture<Context> context = new CompletableFuture<>();
        vertx.deployVerticle(own -> {
            context.complete(own);
            return Future.succeededFuture();
        });
        return new FakeCluster(context.orTimeout(10, TimeUnit.SECONDS).join());
    }

    public Context context() {
        return context;
    }

    /** Runs on the core's context and waits for it. */
    public <T> T on(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(run -> {
            try {
                done.complete(work.get());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    void leader(LeaderStatus status) {
        leader = status;
    }

    /** As a scheduler that has not loaded its state yet. */
    public void loading() {
        leader(new LeaderStatus(false, 0, "", false));
    }

    /** Every call fails so until it is lifted. */
    void fail(RuntimeException with) {
        fault = with;
    }

    /** Reading events from the store fails so until it is lifted. */
    void failStore(RuntimeException with) {
        storeFault = with;
    }

    /** Every command is refused so until it is lifted. */
    void refuse(Rejected... with) {
        refusal = List.of(with);
    }

    void heal() {
        fault = null;
        storeFault = null;
        refusal = List.of();
        leader = new LeaderStatus(true, 7, CLUSTER_ID, true);
    }

    public void put(JobStatus job) {
        on(() -> jobs.put(job.key(), job));
    }

    public void put(Allocation allocation) {
        on(() -> allocations.put(allocation.id(), allocation));
    }

    public void put(NodeStatus node) {
        on(() -> nodes.put(node.registration().nodeId(), node));
    }

    /** Committed when its id is not 0. */
    public void publish(ClusterEvent event) {
        on(() -> {
            if (event.id() != 0) {
                committed.put(event.id(), event);
            }
            subscribers.forEach(subscriber -> subscriber.accept(event));
            return null;
        });
    }

    int subscribers() {
        return subscribers.size();
    }

    public List<String> leaseCalls() {
        return List.copyOf(leases);
    }

    public static ClusterEvent event(long id, String type, String project, String subject) {
        return new ClusterEvent(id, ManualClock.START_MILLIS + id, type, project, subject, Map.of());
    }

    public static NodeStatus node(NodeRegistration registration, NodeState state, Capacity reserved, int allocations) {
        return new NodeStatus(registration, state, state == NodeState.READY, reserved, allocations, LEASE_MILLIS);
    }

    public static JobStatus job(String project, JobSpec spec, int version, String state) {
        List<GroupStatus> groups = spec.groups().stream()
                .map(group ->
                        new GroupStatus(group.name(), group.count(), 0, 0, group.count(), 0, 0, 0, 0, "", List.of()))
                .toList();
        return new JobStatus(
                new JobKey(project, spec.job()),
                version,
                spec,
                state.startsWith("stop"),
                state,
                groups,
                ManualClock.START_MILLIS,
                ManualClock.START_MILLIS);
    }

    private void here() {
        if (Vertx.currentContext() != context) {
            throw new AssertionError("called on " + Vertx.currentContext() + ", not on the core's context");
        }
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public List<JobStatus> jobs(String project) {
        here();
        return jobs.values().stream()
                .filter(job -> job.key().project().equals(project))
                .toList();
    }

    @Override
    public Optional<JobStatus> job(JobKey key) {
        here();
        return Optional.ofNullable(jobs.get(key));
    }

    @Override
    public List<Allocation> allocations(JobKey key) {
        here();
        return allocations.values().stream()
                .filter(allocation -> allocation.job().equals(key))
                .toList();
    }

    @Override
    public List<Allocation> allocationsByPrefix(String project, String prefix) {
        here();
        return allocations.values().stream()
                .filter(allocation -> allocation.job().project().equals(project)
                        && allocation.id().startsWith(prefix))
                .toList();
    }

    @Override
    public List<Allocation> allocationsOn(String nodeId) {
        here();
        return allocations.values().stream()
                .filter(allocation -> allocation.nodeId().equals(nodeId))
                .toList();
    }

    @Override
    public List<NodeStatus> nodes() {
        here();
        return List.copyOf(nodes.values());
    }

    @Override
    public List<NodeStatus> nodesByPrefix(String prefix) {
        here();
        return nodes.values().stream()
                .filter(node -> node.registration().nodeId().startsWith(prefix)
                        || node.registration().name().equals(prefix))
                .toList();
    }

    @Override
    public LeaderStatus leader() {
        here();
        return leader;
    }

    @Override
    public Future<Outcome<JobStatus>> putJob(JobKey key, JobSpec spec, OptionalInt ifMatch) {
        here();
        if (!refusal.isEmpty()) {
            return Future.succeededFuture(Outcome.refused(refusal));
        }
        int present = Optional.ofNullable(jobs.get(key)).map(JobStatus::version).orElse(0);
        if (ifMatch.isPresent() && ifMatch.getAsInt() != present) {
            return Future.succeededFuture(mismatch(ifMatch.getAsInt(), present));
        }
        boolean same = present != 0 && jobs.get(key).spec().equals(spec);
        JobStatus stored = job(key.project(), spec, same ? present : present + 1, "pending");
        jobs.put(key, stored);
        return Future.succeededFuture(Outcome.ok(stored));
    }

    private static <T> Outcome<T> mismatch(int asked, int present) {
        return Outcome.refused(
                Rejected.of(ErrorCode.VERSION_MISMATCH, "version " + asked + " is not the present one, " + present));
    }

    @Override
    public Future<Outcome<JobStatus>> stopJob(JobKey key, OptionalInt ifMatch) {
        here();
        if (!refusal.isEmpty()) {
            return Future.succeededFuture(Outcome.refused(refusal));
        }
        JobStatus job = jobs.get(key);
        if (job == null) {
            return Future.succeededFuture(
                    Outcome.refused(Rejected.of(ErrorCode.NOT_FOUND, "there is no job " + key.job())));
        }
        if (ifMatch.isPresent() && ifMatch.getAsInt() != job.version()) {
            return Future.succeededFuture(mismatch(ifMatch.getAsInt(), job.version()));
        }
        JobStatus stopped = job(key.project(), job.spec(), job.version(), "stopping");
        jobs.put(key, stopped);
        return Future.succeededFuture(Outcome.ok(stopped));
    }

    @Override
    public Future<Outcome<PlanPreview>> plan(JobKey key, JobSpec spec) {
        here();
        if (!refusal.isEmpty()) {
            return Future.succeededFuture(Outcome.refused(refusal));
        }
        return Future.succeededFuture(Outcome.ok(new PlanPreview(
                1,
                List.of(new PlanPreview.Change(
                        "place",
                        key.job() + ".main[0]",
                        "main",
                        0,
                        "n1",
                        "n1",
                        "best fit",
                        List.of(new PlanPreview.Candidate(
                                "n1", "n1", 0.5, List.of(new PlanPreview.Part("fit", 6, 0.5)))))),
                List.of(new PlanPreview.Unplaced("main", 2, "no room", Map.of("memory", 2))))));
    }

    @Override
    public Supplier<RepackingPlan> repacking(int moves) {
        here();
        return () -> {
            repackingBegun.complete(null);
            repackingHeld.join();
            return new RepackingPlan(
                    List.of(new RepackingPlan.EmptiedNode("n2", "two")),
                    List.of(new RepackingPlan.Move("a1", "default", "web.main[0]", "n2", "two", "n1", "one")),
                    List.of(new RepackingPlan.Staying("of batches", moves)));
        };
    }

    /** Repackings take until this completes. Answers what completes when one has begun. */
    CompletableFuture<Void> holdRepackings(CompletableFuture<Void> until) {
        repackingHeld = until;
        repackingBegun = new CompletableFuture<>();
        return repackingBegun;
    }

    @Override
    public Future<Optional<Rejected>> note(String type, Allocation allocation, Map<String, Object> data) {
        here();
        if (!refusal.isEmpty()) {
            return Future.succeededFuture(Optional.of(refusal.get(0)));
        }
        notes.add(new ClusterEvent(
                0, ManualClock.START_MILLIS, type, allocation.job().project(), allocation.id(), data));
        return Future.succeededFuture(Optional.empty());
    }

    /** What users did to allocations. */
    public List<ClusterEvent> notes() {
        return List.copyOf(notes);
    }

    @Override
    public Future<List<ClusterEvent>> after(long id, int limit) {
        here();
        if (storeFault != null) {
            return Future.failedFuture(storeFault);
        }
        return Future.succeededFuture(
                committed.tailMap(id, false).values().stream().limit(limit).toList());
    }

    @Override
    public long latestId() {
        here();
        return committed.isEmpty() ? 0 : committed.lastKey();
    }

    @Override
    public Subscription subscribe(Consumer<ClusterEvent> subscriber) {
        here();
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    @Override
    public void connected(String nodeId, String name) {
        here();
        leases.add("connected " + nodeId + " " + name);
    }

    @Override
    public void renewed(String nodeId) {
        here();
        leases.add("renewed " + nodeId);
    }

    @Override
    public void disconnected(String nodeId) {
        here();
        leases.add("disconnected " + nodeId);
    }

    @Override
    public long leaseMillis() {
        return LEASE_MILLIS;
    }
}
