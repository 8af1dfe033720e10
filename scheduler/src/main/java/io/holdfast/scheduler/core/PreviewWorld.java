package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.scheduler.core.PlanPreview.Candidate;
import io.holdfast.scheduler.core.PlanPreview.Change;
import io.holdfast.scheduler.core.PlanPreview.Part;
import io.holdfast.scheduler.reconcile.JobView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One job's allocations and the nodes' room, in which a preview is played. The room is the leader's own, and is given back as it was. */
final class PreviewWorld implements AutoCloseable {
    private final JobView job;
    private final NodeTable table;
    private final Function<String, Optional<GroupDocument>> stored;
    private final Map<String, Allocation> allocations = new LinkedHashMap<>();
    private final Map<String, GroupDocument> documents = new HashMap<>();

    /** What allocations held before, nothing for those that are foreseen. */
    private final Map<String, Optional<Holding>> before = new LinkedHashMap<>();

    private final List<Change> changes = new ArrayList<>();

    /** Groups of which it has been said why an instance is placed where it is. */
    private final Set<String> explained = new HashSet<>();

    /** Position of a stop among the changes, by the slot it empties: what is placed there makes a replacement of it. */
    private final Map<String, Integer> stops = new HashMap<>();

    private final Map<String, Allocation> touched = new HashMap<>();

    /** @param table is given back as it was when this is closed */
    PreviewWorld(
            JobView job, List<Allocation> present, NodeTable table, Function<String, Optional<GroupDocument>> stored) {
        this.job = job;
        this.table = table;
        this.stored = stored;
        present.stream().sorted(Comparator.comparing(Allocation::id)).forEach(a -> {
            allocations.put(a.id(), a);
            if (!a.state().terminal() && a.state() != AllocationState.LOST) {
                settle(a);
            }
        });
    }

    List<Allocation> allocations() {
        return List.copyOf(allocations.values());
    }

    List<Change> changes() {
        return changes;
    }

    /** What runs on as it is. */
    List<Allocation> kept() {
        return allocations.values().stream()
                .filter(a -> a.desired() == Desired.RUN && a.state() == AllocationState.RUNNING)
                .filter(a -> !touched.containsKey(a.id()))
                .sorted(Comparator.comparing(Allocation::group).thenComparingInt(Allocation::index))
                .toList();
    }

    void apply(Draft draft) {
        documents.putAll(draft.documents);
        for (Allocation loss : draft.losses) {
            allocations.put(loss.id(), loss);
            Optional<Holding> holding = table.holding(loss.id());
            before.putIfAbsent(loss.id(), holding);
            holding.ifPresent(held -> table.hold(held.asStranger()));
        }
        for (Allocation stop : draft.stops) {
            stops.put(slot(stop), changes.size());
            changes.add(change("stop", stop, stop.reason()));
            touched.put(stop.id(), stop);
            settle(stop);
        }
        for (Draft.Placed placed : draft.placed) {
            Allocation a = placed.allocation();
            touched.put(a.id(), a);
            account(a, true);
            settle(a);
            Integer stop = stops.remove(slot(a));
            if (stop != null) {
                changes.set(stop, change("replace", a, changes.get(stop).reason(), why(placed)));
            } else {
                String action = placed.place().replaces().isEmpty() ? "place" : "replace";
                changes.add(change(action, a, placed.place().reason(), why(placed)));
            }
        }
    }

    /** More than is played through would go on in the same way. */
    void replaceTheRest() {
        for (Allocation a : kept()) {
            if (!a.specHash().equals(job.specHashes().get(a.group()))) {
                touched.put(a.id(), a);
                changes.add(new Change(
                        "replace",
                        a.name(),
                        a.group(),
                        a.index(),
                        "",
                        "",
                        "replaced by version " + job.version() + ", later than is foreseen",
                        List.of()));
            }
        }
    }

    Change change(String action, Allocation a, String reason) {
        return change(action, a, reason, List.of());
    }

    private Change change(String action, Allocation a, String reason, List<Candidate> best) {
        return new Change(action, a.name(), a.group(), a.index(), a.nodeId(), nodeName(a.nodeId()), reason, best);
    }

    private String nodeName(String id) {
        int row = table.rowOf(id);
        return row < 0 ? id : table.node(row).name();
    }

    /** Instances of a group are placed for the same reasons, so they are told once. */
    private List<Candidate> why(Draft.Placed placed) {
        if (!explained.add(placed.allocation().group())) {
            return List.of();
        }
        return placed.best().stream()
                .map(one -> new Candidate(
                        one.nodeId(),
                        nodeName(one.nodeId()),
                        one.score(),
                        one.parts().stream()
                                .map(part -> new Part(part.word(), part.weight(), part.value()))
                                .toList()))
                .toList();
    }

    /** Where it is going, it is. */
    private void settle(Allocation a) {
        boolean run = a.desired() == Desired.RUN;
        if (!run) {
            account(a, false);
        }
        allocations.put(
                a.id(),
                Allocations.reported(
                        a,
                        new AllocationReport(
                                a.id(), run ? AllocationState.RUNNING : AllocationState.STOPPED, "", 0, 0, List.of()),
                        0));
    }

    private void account(Allocation a, boolean more) {
        before.putIfAbsent(a.id(), table.holding(a.id()));
        Optional<GroupDocument> document =
                Optional.ofNullable(documents.get(a.specHash())).or(() -> stored.apply(a.specHash()));
        if (more && document.isPresent()) {
            table.hold(new Holding(
                    a.id(), a.nodeId(), Asks.of(a.job(), job.spec().priority(), document.get()), Grant.NONE));
        } else {
            table.release(a.id());
        }
    }

    @Override
    public void close() {
        before.forEach((id, holding) -> {
            table.release(id);
            holding.ifPresent(table::hold);
        });
    }

    private static String slot(Allocation a) {
        return a.group() + "[" + a.index() + "]";
    }
}
