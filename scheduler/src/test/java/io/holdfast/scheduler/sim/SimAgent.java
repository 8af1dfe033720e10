package io.holdfast.scheduler.sim;

import io.holdfast.cluster.PublishManifest;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import io.holdfast.scheduler.core.NodeLeases;
import io.holdfast.scheduler.publish.MemoryLink;
import io.holdfast.testkit.ManualClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** An agent that only pretends to run containers, and keeps to the contract as the real one does. */
public final class SimAgent {
    /** From seeing a row to running, and from being told to stop to having stopped. */
    static final long START_MILLIS = 50;

    static final long STOP_MILLIS = 100;

    /** What a batch's task takes. */
    static final long BATCH_MILLIS = 2_000;

    final String id;
    private final ManualClock clock;
    private final Capacity capacity;

    /** On the node's disk. */
    private final Map<String, AllocationReport> memory = new TreeMap<>();

    private final Map<String, Long> sinceMillis = new TreeMap<>();
    private Manifest manifest = new Manifest("", 0, 0, 0, List.of());
    private String clusterId = "";
    private long epochSeen;
    private long incarnation;
    private long revision;
    private List<AllocationReport> told = List.of();

    private LayerHashes layers = LayerHashes.NONE;

    private boolean up = true;
    private boolean reachable = true;
    private boolean joined;
    private long renewedAtMillis = Long.MIN_VALUE / 2;

    /** What the node says of itself. */
    public final Map<String, String> attributes = new TreeMap<>();

    /** Groups that this node cannot start, or whose tasks run out of memory, with the reason. */
    private final Map<String, String> failing = new TreeMap<>();

    SimAgent(String id, ManualClock clock, Capacity capacity) {
        this.id = id;
        this.clock = clock;
        this.capacity = capacity;
        this.incarnation = clock.nowMillis();
    }

    /** It has these layers of images, and tells so with its next registration. */
    public void has(String... diffIds) {
        layers = LayerHashes.of(List.of(diffIds));
    }

    /** The machine is gone, with all that ran. */
    public void crash() {
        up = false;
        joined = false;
    }

    /** The machine is back; what ran does not run any more, what was told is remembered. */
    public void boot() {
        up = true;
        incarnation = clock.nowMillis();
        revision = 0;
        told = List.of();
        manifest = new Manifest("", 0, 0, 0, List.of());
        memory.entrySet().removeIf(entry -> !entry.getValue().state().terminal());
        sinceMillis.clear();
    }

    public boolean up() {
        return up;
    }

    public boolean reachable() {
        return up && reachable;
    }

    /** Nothing goes to the node or comes from it; what runs there runs on. */
    public void cutOff() {
        reachable = false;
        joined = false;
    }

    public void reconnect() {
        reachable = true;
    }

    public void failOn(String group, String reason) {
        failing.put(group, reason);
    }

    public void recover(String group) {
        failing.remove(group);
    }

    /** Allocations whose containers run here now. */
    public Set<String> running() {
        Set<String> running = new HashSet<>();
        if (up) {
            memory.values().stream()
                    .filter(r -> r.state() == AllocationState.RUNNING || r.state() == AllocationState.STOPPING)
                    .forEach(r -> running.add(r.allocationId()));
        }
        return running;
    }

    /** The scheduler it talked to has gone: line and client are down. */
    void schedulerGone() {
        joined = false;
    }

    /** A while has passed. {@code leases} and {@code maps} are of the scheduler that is there, if any. */
    void step(Optional<NodeLeases> leases, MemoryLink.Maps maps) {
        if (!up) {
            return;
        }
        boolean online = reachable && leases.isPresent();
        if (online) {
            talk(leases.get(), maps);
        }
        work(online ? maps : null);
        if (online) {
            tell(maps);
        }
    }

    private void talk(NodeLeases leases, MemoryLink.Maps maps) {
        if (!joined) {
            joined = true;
            leases.connected(id, id);
            maps.register(registration());
            revision++;
            told = List.of();
            renewedAtMillis = clock.monotonicMillis();
        }
        if (clock.monotonicMillis() - renewedAtMillis >= leases.leaseMillis() / 3) {
            renewedAtMillis = clock.monotonicMillis();
            leases.renewed(id);
            // as the real one: what may have been lost is there again
            maps.register(registration());
            maps.publish(report());
        }
        maps.manifest(id).ifPresent(this::consider);
    }

    private NodeRegistration registration() {
        return new NodeRegistration(id, id, capacity, new TreeMap<>(attributes), "sim", incarnation, layers);
    }

    private void consider(Manifest candidate) {
        boolean mine = clusterId.isEmpty() || candidate.clusterId().equals(clusterId);
        boolean whole = candidate.rowCount() == candidate.rows().size();
        if (mine && whole && candidate.epoch() >= epochSeen && PublishManifest.newer(candidate, manifest)) {
            manifest = candidate;
            clusterId = candidate.clusterId();
            epochSeen = candidate.epoch();
        }
    }

    private void work(MemoryLink.Maps maps) {
        if (manifest.clusterId().isEmpty()) {
            return;
        }
        Set<String> wanted = new HashSet<>();
        for (ManifestRow row : manifest.rows()) {
            wanted.add(row.allocationId());
            AllocationReport present = memory.get(row.allocationId());
            if (present == null) {
                become(row.allocationId(), AllocationState.PENDING, "");
            } else if (!present.state().terminal()) {
                advance(row, present, maps);
            }
        }
        memory.keySet().removeIf(allocation -> !wanted.contains(allocation));
    }

    private void advance(ManifestRow row, AllocationReport present, MemoryLink.Maps maps) {
        String allocation = row.allocationId();
        long forMillis = clock.monotonicMillis() - sinceMillis.getOrDefault(allocation, 0L);
        if (row.desired() == Desired.STOP && present.state() != AllocationState.STOPPING) {
            boolean started = present.state() != AllocationState.PENDING;
            become(allocation, started ? AllocationState.STOPPING : AllocationState.STOPPED, "");
            return;
        }
        switch (present.state()) {
            case PENDING -> {
                if (maps != null && document(row, maps).isPresent()) {
                    become(allocation, AllocationState.STARTING, "");
                }
            }
            case STARTING -> {
                if (failing.containsKey(row.group())) {
                    become(allocation, AllocationState.FAILED, failing.get(row.group()));
                } else if (forMillis >= START_MILLIS) {
                    become(allocation, AllocationState.RUNNING, "");
                }
            }
            case RUNNING -> {
                if (failing.containsKey(row.group())) {
                    become(allocation, AllocationState.FAILED, failing.get(row.group()));
                } else if (forMillis >= BATCH_MILLIS && maps != null && batch(row, maps)) {
                    become(allocation, AllocationState.COMPLETE, "");
                }
            }
            case STOPPING -> {
                if (forMillis >= STOP_MILLIS) {
                    become(allocation, AllocationState.STOPPED, "");
                }
            }
            default -> throw new AssertionError(present.state());
        }
    }

    private static Optional<GroupDocument> document(ManifestRow row, MemoryLink.Maps maps) {
        return maps.spec(row.specHash())
                .map(text -> GroupCodec.decode(text).fold(document -> document, errors -> {
                    throw new AssertionError(errors);
                }));
    }

    private static boolean batch(ManifestRow row, MemoryLink.Maps maps) {
        return document(row, maps).filter(d -> d.type() == JobType.BATCH).isPresent();
    }

    private void become(String allocation, AllocationState state, String reason) {
        sinceMillis.put(allocation, clock.monotonicMillis());
        AllocationReport before = memory.get(allocation);
        long now = clock.nowMillis();
        long startedAt = state == AllocationState.RUNNING ? now : before == null ? 0 : before.startedAtMillis();
        TaskState task = state.terminal()
                ? TaskState.EXITED
                : state == AllocationState.PENDING ? TaskState.PENDING : TaskState.RUNNING;
        TaskExit exit = state == AllocationState.COMPLETE ? new TaskExit.Code(0) : TaskExit.NONE;
        memory.put(
                allocation,
                new AllocationReport(
                        allocation,
                        state,
                        reason,
                        startedAt,
                        state.terminal() ? now : 0,
                        List.of(new TaskReport("task", task, exit, reason, 0, startedAt, state.terminal() ? now : 0))));
    }

    private void tell(MemoryLink.Maps maps) {
        List<AllocationReport> present = new ArrayList<>(memory.values());
        if (revision == 0 || !present.equals(told)) {
            told = present;
            revision++;
            maps.publish(report());
        }
    }

    private Report report() {
        return new Report(id, clusterId, epochSeen, manifest.revision(), incarnation, revision, told);
    }
}
