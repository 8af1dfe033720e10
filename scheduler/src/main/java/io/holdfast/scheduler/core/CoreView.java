package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.placement.PlacementEngine;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The view over what the core holds. */
final class CoreView implements ClusterView {
    private static final Comparator<Allocation> BY_GROUP_INDEX_NEWEST = Comparator.comparing(Allocation::group)
            .thenComparingInt(Allocation::index)
            .thenComparing(Comparator.comparingLong(Allocation::createdAtMillis).reversed())
            .thenComparing(Allocation::id);

    private final CoreParts parts;
    private final Evaluator evaluator;
    private final PlacementEngine engine;
    private final Supplier<LeaderStatus> leader;

    CoreView(CoreParts parts, Evaluator evaluator, PlacementEngine engine, Supplier<LeaderStatus> leader) {
        this.parts = parts;
        this.evaluator = evaluator;
        this.engine = engine;
        this.leader = leader;
    }

    @Override
    public List<JobStatus> jobs(String project) {
        return parts.state().jobs().stream()
                .filter(record -> record.job().key().project().equals(project))
                .map(this::status)
                .toList();
    }

    @Override
    public Optional<JobStatus> job(JobKey key) {
        return parts.state().job(key).map(this::status);
    }

    private JobStatus status(JobRecord record) {
        JobKey key = record.job().key();
        return JobStates.status(
                record,
                parts.state().ofJob(key),
                evaluator.reasons(record),
                parts.clock().nowMillis());
    }

    @Override
    public List<Allocation> allocations(JobKey key) {
        return sorted(parts.state().ofJob(key), BY_GROUP_INDEX_NEWEST);
    }

    @Override
    public List<Allocation> allocationsByPrefix(String project, String prefix) {
        return parts.state().withPrefix(prefix).stream()
                .filter(a -> a.job().project().equals(project))
                .toList();
    }

    @Override
    public List<Allocation> allocationsOn(String nodeId) {
        return sorted(
                parts.state().onNode(nodeId),
                Comparator.comparing(Allocation::job).thenComparing(BY_GROUP_INDEX_NEWEST));
    }

    private static List<Allocation> sorted(Collection<Allocation> allocations, Comparator<Allocation> order) {
        return allocations.stream().sorted(order).toList();
    }

    @Override
    public List<NodeStatus> nodes() {
        return statuses(parts.nodes().nodes());
    }

    @Override
    public List<NodeStatus> nodesByPrefix(String prefix) {
        Optional<Node> exact = parts.nodes().node(prefix);
        if (exact.isPresent()) {
            return statuses(List.of(exact.get()));
        }
        List<NodeStatus> named = nodes().stream()
                .filter(node -> node.registration().name().equals(prefix))
                .toList();
        return named.isEmpty() ? statuses(parts.nodes().withPrefix(prefix)) : named;
    }

    /** Those that have registered, and those that hold something. */
    private List<NodeStatus> statuses(Collection<Node> nodes) {
        return nodes.stream()
                .filter(node -> node.registered || parts.state().liveOn(node.id) > 0)
                .sorted(Comparator.comparing((Node node) -> node.registration.name())
                        .thenComparing(node -> node.id))
                .map(node -> new NodeStatus(
                        node.registration,
                        node.state,
                        node.takesWork(),
                        parts.state().reservedOn(node.id),
                        parts.state().liveOn(node.id),
                        parts.nodes().leaseMillisLeft(node)))
                .toList();
    }

    @Override
    public Map<AllocationState, Integer> allocationCounts() {
        Map<AllocationState, Integer> counts = new EnumMap<>(AllocationState.class);
        for (AllocationState state : AllocationState.values()) {
            counts.put(state, parts.state().count(state));
        }
        return counts;
    }

    @Override
    public Supplier<RepackingPlan> repacking(int moves) {
        return new RepackingDraft(evaluator.table(), parts.room().empty(), parts.state(), engine, moves);
    }

    @Override
    public LeaderStatus leader() {
        return leader.get();
    }
}
