package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.scheduler.reconcile.Health;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job's state, derived from its allocations and never stored. The first line that applies:
 *
 * <table>
 * <caption>states of a job</caption>
 * <tr><td>{@code stopping}</td><td>it was told to stop and an instance has not ended yet (one on a lost node apart)</td></tr>
 * <tr><td>{@code stopped}</td><td>it was told to stop, and all have</td></tr>
 * <tr><td>{@code updating}</td><td>an instance of an earlier specification has not ended yet</td></tr>
 * <tr><td>{@code failed}</td><td>a batch of which nothing runs or will run, and an instance failed</td></tr>
 * <tr><td>{@code complete}</td><td>a batch all of whose instances completed</td></tr>
 * <tr><td>{@code running}</td><td>a service all of whose instances run; a batch of which any has begun</td></tr>
 * <tr><td>{@code pending}</td><td>otherwise: something waits for a place, a start or a back-off</td></tr>
 * </table>
 *
 * <p>A group's figures count indexes, each once, by its allocation of the present specification in this life of the job: the
 * one that runs, or for a batch the one that ended by itself, else the newest; {@code pending} are those that are to run and have not begun, placed or not.
 */
final class JobStates {
    private JobStates() {}

    static JobStatus status(
            JobRecord record, List<Allocation> allocations, Map<String, String> reasons, long nowMillis) {
        List<GroupStatus> groups = new ArrayList<>();
        for (GroupSpec group : record.job().spec().groups()) {
            groups.add(group(record, group, allocations, reasons.getOrDefault(group.name(), ""), nowMillis));
        }
        return new JobStatus(
                record.job().key(),
                record.job().version(),
                record.job().spec(),
                record.job().stopped(),
                state(record, groups, allocations),
                groups,
                record.job().createdAtMillis(),
                record.job().changedAtMillis());
    }

    private static GroupStatus group(
            JobRecord record, GroupSpec group, List<Allocation> allocations, String reason, long nowMillis) {
        int desired = record.job().stopped() ? 0 : group.count();
        Map<Integer, Allocation> newest = newest(record, group, allocations);
        Map<AllocationState, Integer> counts = new HashMap<>();
        int healthy = 0;
        int begun = 0;
        for (Allocation a : newest.values()) {
            counts.merge(a.state(), 1, Integer::sum);
            healthy += Health.healthy(a, group.update().minHealthyMillis(), nowMillis) ? 1 : 0;
            boolean counted = a.state() != AllocationState.PENDING
                    && (batch(record) || !a.state().terminal());
            begun += a.index() < desired && counted ? 1 : 0;
        }
        return new GroupStatus(
                group.name(),
                desired,
                Math.max(0, desired - begun),
                counts.getOrDefault(AllocationState.STARTING, 0),
                counts.getOrDefault(AllocationState.RUNNING, 0),
                healthy,
                counts.getOrDefault(AllocationState.COMPLETE, 0),
                counts.getOrDefault(AllocationState.FAILED, 0),
                counts.getOrDefault(AllocationState.LOST, 0),
                desired == 0 ? "" : reason,
                record.job().pins().of(group.name()).toList());
    }

    private static Map<Integer, Allocation> newest(JobRecord record, GroupSpec group, List<Allocation> allocations) {
        String hash = record.specHashes().get(group.name());
        Map<Integer, Allocation> newest = new TreeMap<>();
        allocations.stream()
                .filter(a -> a.group().equals(group.name())
                        && a.specHash().equals(hash)
                        && a.jobVersion() >= record.job().sinceVersion())
                .sorted(Comparator.comparing((Allocation a) -> counts(record, a))
                        .thenComparingLong(Allocation::createdAtMillis)
                        .thenComparing(Allocation::id))
                .forEach(a -> newest.put(a.index(), a));
        return newest;
    }

    /** What runs for a service, or ended a batch, counts before whatever else an index has had: a node may have come back. */
    private static boolean counts(JobRecord record, Allocation a) {
        return a.desired() == Desired.RUN && (batch(record) ? a.state().terminal() : alive(a));
    }

    private static String state(JobRecord record, List<GroupStatus> groups, List<Allocation> allocations) {
        boolean alive = allocations.stream().anyMatch(JobStates::alive);
        if (record.job().stopped()) {
            return alive ? "stopping" : "stopped";
        }
        boolean outdated = allocations.stream()
                .anyMatch(a ->
                        alive(a) && !a.specHash().equals(record.specHashes().get(a.group())));
        if (outdated) {
            return "updating";
        }
        int desired = groups.stream().mapToInt(GroupStatus::desired).sum();
        int pending = groups.stream().mapToInt(GroupStatus::pending).sum();
        int starting = groups.stream().mapToInt(GroupStatus::starting).sum();
        int running = groups.stream().mapToInt(GroupStatus::running).sum();
        if (batch(record)) {
            int failed = groups.stream().mapToInt(GroupStatus::failed).sum();
            int complete = groups.stream().mapToInt(GroupStatus::complete).sum();
            if (!alive && pending == 0 && failed > 0) {
                return "failed";
            }
            if (complete >= desired) {
                return "complete";
            }
            return running + starting + complete + failed > 0 ? "running" : "pending";
        }
        return running >= desired ? "running" : "pending";
    }

    private static boolean batch(JobRecord record) {
        return record.job().spec().type() == JobType.BATCH;
    }

    /** One on a lost node may run or not: nobody can know, and nothing waits for it. */
    private static boolean alive(Allocation a) {
        return !a.state().terminal() && a.state() != AllocationState.LOST;
    }
}
