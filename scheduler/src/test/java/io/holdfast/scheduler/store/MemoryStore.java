package io.holdfast.scheduler.store;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A store without a disk: what it remembers lives in a {@link Disk}, which outlives it. */
public final class MemoryStore implements Store {

    /** What is remembered. */
    public static final class Disk {
        final String clusterId;
        final Map<JobKey, StoredJob> jobs = new TreeMap<>();
        final Map<String, GroupDocument> specs = new HashMap<>();
        final Map<String, Allocation> allocations = new LinkedHashMap<>();
        final List<ClusterEvent> events = new ArrayList<>();
        String holder = "";
        long epoch;
        long untilMillis;

        public Disk(String clusterId) {
            this.clusterId = clusterId;
        }

        public Map<String, Allocation> allocations() {
            return Map.copyOf(allocations);
        }

        public long epoch() {
            return epoch;
        }

        /** As a store has it that was written before there were pins. */
        public void storeWithoutPins(JobKey key, JobSpec spec) {
            jobs.put(key, new StoredJob(key, 1, 1, spec, false, 0, 0));
        }
    }

    /** What goes wrong with a call. */
    public enum Fault {
        NONE,
        /** Nothing is carried out. */
        BEFORE,
        /** It is carried out, and nobody is told. */
        AFTER
    }

    private final Disk disk;
    private final Executor executor;
    private Supplier<Fault> commitFaults = () -> Fault.NONE;

    /** @param executor on which answers come */
    public MemoryStore(Disk disk, Executor executor) {
        this.disk = disk;
        this.executor = executor;
    }

    /** From now on commits go wrong as this says. */
    public void commitFaults(Supplier<Fault> faults) {
        commitFaults = faults;
    }

    @Override
    public String clusterId() {
        return disk.clusterId;
    }

    @Override
    public Future<StoredState> load() {
        return later(() -> new StoredState(
                List.copyOf(disk.jobs.values()),
                Map.copyOf(disk.specs),
                disk.allocations.values().stream().map(MemoryStore::asLoaded).toList(),
                latestId()));
    }

    private static Allocation asLoaded(Allocation a) {
        if (a.state().terminal()) {
            return a;
        }
        return new Allocation(
                a.id(),
                a.job(),
                a.jobVersion(),
                a.group(),
                a.index(),
                a.nodeId(),
                a.specHash(),
                a.desired(),
                AllocationState.PENDING,
                a.reason(),
                a.createdAtMillis(),
                0,
                0,
                List.of());
    }

    @Override
    public Future<LeadLease> takeLead(String holder, long aboveEpoch, long nowMillis, long leaseMillis) {
        return later(() -> {
            boolean free = disk.holder.isEmpty() || disk.untilMillis <= nowMillis || disk.holder.equals(holder);
            if (free) {
                disk.holder = holder;
                disk.epoch = Math.max(disk.epoch, aboveEpoch) + 1;
                disk.untilMillis = nowMillis + leaseMillis;
            }
            return new LeadLease(disk.holder, disk.epoch, disk.untilMillis);
        });
    }

    @Override
    public Future<Boolean> renewLead(long epoch, long nowMillis, long leaseMillis) {
        return later(() -> {
            if (epoch != disk.epoch) {
                return false;
            }
            disk.untilMillis = nowMillis + leaseMillis;
            return true;
        });
    }

    @Override
    public Future<Void> releaseLead(long epoch) {
        return later(() -> {
            if (epoch == disk.epoch) {
                disk.holder = "";
            }
            return null;
        });
    }

    @Override
    public Future<Outcome<StoredJob>> putJob(JobKey key, JobSpec spec, OptionalInt ifMatch, long nowMillis) {
        return later(() -> {
            StoredJob present = disk.jobs.get(key);
            int version = present == null ? 0 : present.version();
            if (ifMatch.isPresent() && ifMatch.getAsInt() != version) {
                return Outcome.refused(mismatch(version));
            }
            StoredJob job = StoredJob.submitted(Optional.ofNullable(present), key, spec, nowMillis);
            if (job.version() == version) {
                return Outcome.ok(job);
            }
            disk.jobs.put(key, job);
            add(new ClusterEvent(
                    0, nowMillis, "job-submitted", key.project(), key.job(), Map.of("version", version + 1)));
            return Outcome.ok(job);
        });
    }

    @Override
    public Future<Outcome<StoredJob>> stopJob(JobKey key, OptionalInt ifMatch, long nowMillis) {
        return later(() -> {
            StoredJob present = disk.jobs.get(key);
            if (present == null) {
                return Outcome.refused(Rejected.of(ErrorCode.NOT_FOUND, "there is no job " + key));
            }
            if (ifMatch.isPresent() && ifMatch.getAsInt() != present.version()) {
                return Outcome.refused(mismatch(present.version()));
            }
            if (present.stopped()) {
                return Outcome.ok(present);
            }
            StoredJob job = present.stop(nowMillis);
            disk.jobs.put(key, job);
            add(new ClusterEvent(0, nowMillis, "job-stopped", key.project(), key.job(), Map.of()));
            return Outcome.ok(job);
        });
    }

    private static Rejected mismatch(int version) {
        return Rejected.of(ErrorCode.VERSION_MISMATCH, "the present version is " + version);
    }

    @Override
    public Future<List<ClusterEvent>> commit(long epoch, Commit commit) {
        Fault fault = commitFaults.get();
        if (fault == Fault.BEFORE) {
            return failed("the disk is full");
        }
        Future<List<ClusterEvent>> done = later(() -> {
            if (epoch != disk.epoch) {
                throw new StoreException.Fenced(epoch);
            }
            disk.specs.putAll(commit.specs());
            commit.placed().forEach(a -> disk.allocations.put(a.id(), a));
            commit.changed().forEach(a -> disk.allocations.replace(a.id(), a));
            commit.forgotten().forEach(disk.allocations::remove);
            commit.pinned().forEach(this::resolve);
            disk.specs
                    .keySet()
                    .retainAll(disk.allocations.values().stream()
                            .map(Allocation::specHash)
                            .collect(Collectors.toSet()));
            return commit.events().stream().map(this::add).toList();
        });
        return fault == Fault.AFTER ? done.compose(ok -> failed("the disk was pulled")) : done;
    }

    private void resolve(Pinned one) {
        disk.jobs.computeIfPresent(
                one.job(),
                (key, job) -> job.version() == one.version()
                        ? job.with(job.pins().resolved(one.reference(), one.digest(), one.layers()))
                        : job);
    }

    private <T> Future<T> failed(String message) {
        return later(() -> {
            throw new StoreException(message, null);
        });
    }

    private ClusterEvent add(ClusterEvent event) {
        ClusterEvent stored = new ClusterEvent(
                latestId() + 1, event.atMillis(), event.type(), event.project(), event.subject(), event.data());
        disk.events.add(stored);
        return stored;
    }

    private long latestId() {
        return disk.events.isEmpty()
                ? 0
                : disk.events.get(disk.events.size() - 1).id();
    }

    @Override
    public Future<List<ClusterEvent>> eventsAfter(long id, int limit) {
        return later(() -> disk.events.stream()
                .filter(event -> event.id() > id)
                .limit(limit)
                .toList());
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    private <T> Future<T> later(Supplier<T> work) {
        Promise<T> promise = Promise.promise();
        executor.execute(() -> {
            try {
                promise.complete(work.get());
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }
}
