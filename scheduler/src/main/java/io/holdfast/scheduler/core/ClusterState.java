package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.scheduler.store.Pinned;
import io.holdfast.scheduler.store.StoredJob;
import io.holdfast.scheduler.store.StoredState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Jobs, allocations and their documents, in memory: what the store has committed, folded with what was observed. Indexed by
 * what is asked of it. Owned by the core's loop.
 */
final class ClusterState {
    private final NavigableMap<JobKey, JobRecord> jobs = new TreeMap<>();
    private final Map<String, GroupDocument> documents = new HashMap<>();
    private final Map<String, Integer> documentUses = new HashMap<>();
    private final NavigableMap<String, Allocation> allocations = new TreeMap<>();
    private final Map<JobKey, Map<String, Allocation>> byJob = new HashMap<>();
    private final Map<String, Map<String, Allocation>> byNode = new HashMap<>();
    private final Map<String, Capacity> reserved = new HashMap<>();
    private final Map<String, Integer> live = new HashMap<>();
    private final Map<AllocationState, Integer> counts = new EnumMap<>(AllocationState.class);
    private final Room room;

    /** @param room is told what allocations hold */
    ClusterState(Room room) {
        this.room = room;
    }

    /** Forgets everything and begins with what is stored. */
    void load(StoredState stored) {
        jobs.clear();
        documents.clear();
        documentUses.clear();
        allocations.clear();
        byJob.clear();
        byNode.clear();
        reserved.clear();
        live.clear();
        counts.clear();
        room.clear();
        documents.putAll(stored.specs());
        stored.jobs().forEach(this::putJob);
        stored.allocations().forEach(this::put);
    }

    /** An answer of the store that was overtaken by a later one changes nothing. */
    void putJob(StoredJob job) {
        JobRecord present = jobs.get(job.key());
        if (present == null || present.job().version() <= job.version()) {
            jobs.put(job.key(), JobRecord.of(job));
        }
    }

    /** A tag has become known. */
    void pin(Pinned pinned) {
        jobs.computeIfPresent(pinned.job(), (key, job) -> job.with(pinned));
    }

    Optional<JobRecord> job(JobKey key) {
        return Optional.ofNullable(jobs.get(key));
    }

    Collection<JobRecord> jobs() {
        return jobs.values();
    }

    void putDocuments(Map<String, GroupDocument> more) {
        documents.putAll(more);
    }

    Optional<GroupDocument> document(String hash) {
        return Optional.ofNullable(documents.get(hash));
    }

    Collection<String> documentHashes() {
        return List.copyOf(documents.keySet());
    }

    Resources resources(Allocation allocation) {
        GroupDocument document = documents.get(allocation.specHash());
        return document == null ? Resources.ZERO : document.group().totalResources();
    }

    /** Adds, or puts in place of the one with the same id, which is on the same node. */
    void put(Allocation allocation) {
        Allocation before = allocations.put(allocation.id(), allocation);
        byJob.computeIfAbsent(allocation.job(), key -> new HashMap<>()).put(allocation.id(), allocation);
        byNode.computeIfAbsent(allocation.nodeId(), key -> new HashMap<>()).put(allocation.id(), allocation);
        boolean reservedBefore = before != null && Reserved.reserves(before);
        if (reservedBefore != Reserved.reserves(allocation)) {
            account(allocation, !reservedBefore);
        } else if (reservedBefore && lost(before) != lost(allocation)) {
            hold(allocation);
        }
        counts.merge(allocation.state(), 1, Integer::sum);
        if (before != null) {
            counts.merge(before.state(), -1, Integer::sum);
        } else {
            documentUses.merge(allocation.specHash(), 1, Integer::sum);
        }
    }

    void remove(String id) {
        Allocation gone = allocations.remove(id);
        if (gone == null) {
            return;
        }
        counts.merge(gone.state(), -1, Integer::sum);
        byJob.computeIfPresent(gone.job(), (key, own) -> without(own, id));
        byNode.computeIfPresent(gone.nodeId(), (key, own) -> without(own, id));
        if (Reserved.reserves(gone)) {
            account(gone, false);
        }
        if (documentUses.merge(gone.specHash(), -1, Integer::sum) == 0) {
            documentUses.remove(gone.specHash());
            documents.remove(gone.specHash());
        }
    }

    private static Map<String, Allocation> without(Map<String, Allocation> own, String id) {
        own.remove(id);
        return own.isEmpty() ? null : own;
    }

    private void account(Allocation allocation, boolean more) {
        Resources resources = resources(allocation);
        Capacity before = reserved.getOrDefault(allocation.nodeId(), Reserved.NOTHING);
        reserved.put(allocation.nodeId(), more ? Reserved.plus(before, resources) : Reserved.minus(before, resources));
        live.merge(allocation.nodeId(), more ? 1 : -1, Integer::sum);
        if (more) {
            hold(allocation);
        } else {
            room.release(allocation);
        }
    }

    private void hold(Allocation allocation) {
        GroupDocument document = documents.get(allocation.specHash());
        if (document != null) {
            room.hold(allocation, priority(allocation.job()), document);
        }
    }

    private static boolean lost(Allocation allocation) {
        return allocation.state() == AllocationState.LOST;
    }

    /** Of a job that is not known any more, the lowest: it waits for its end. */
    private int priority(JobKey job) {
        JobRecord record = jobs.get(job);
        return record == null ? 0 : record.job().spec().priority();
    }

    Optional<Allocation> allocation(String id) {
        return Optional.ofNullable(allocations.get(id));
    }

    /** All of them, as they are now. */
    List<Allocation> allocations() {
        return new ArrayList<>(allocations.values());
    }

    /** By hash, as they are now. */
    Map<String, GroupDocument> documents() {
        return new HashMap<>(documents);
    }

    List<Allocation> ofJob(JobKey key) {
        return new ArrayList<>(byJob.getOrDefault(key, Map.of()).values());
    }

    List<Allocation> onNode(String nodeId) {
        return new ArrayList<>(byNode.getOrDefault(nodeId, Map.of()).values());
    }

    /** How many on the node have not ended. */
    int liveOn(String nodeId) {
        return live.getOrDefault(nodeId, 0);
    }

    List<Allocation> withPrefix(String prefix) {
        return new ArrayList<>(allocations
                .subMap(prefix, true, prefix + Character.MAX_VALUE, false)
                .values());
    }

    int count(AllocationState state) {
        return counts.getOrDefault(state, 0);
    }

    Capacity reservedOn(String nodeId) {
        return reserved.getOrDefault(nodeId, Reserved.NOTHING);
    }
}
