package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.placement.NodeTable;
import io.holdfast.scheduler.core.PlanPreview.Change;
import io.holdfast.scheduler.reconcile.JobView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One job's allocations and the nodes' room, in which a preview is played. */
final class PreviewWorld {
    private final NodeTable before;
    private final Function<Allocation, Resources> stored;
    private final Map<String, Allocation> allocations = new LinkedHashMap<>();
    private final Map<String, GroupDocument> documents = new HashMap<>();
    private final Map<String, Capacity> used = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** Position of a stop among the changes, by the slot it empties: what is placed there makes a replacement of it. */
    private final Map<String, Integer> stops = new HashMap<>();

    private final Map<String, Allocation> touched = new HashMap<>();

    PreviewWorld(List<Allocation> present, NodeTable table, Function<Allocation, Resources> stored) {
        this.before = table;
        this.stored = stored;
        for (NodeTable.Row row : table.rows()) {
            used.put(row.nodeId(), row.used());
            counts.put(row.nodeId(), row.allocations());
            names.put(row.nodeId(), row.name());
        }
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

    NodeTable table() {
        return new NodeTable(before.rows().stream()
                .map(row -> new NodeTable.Row(
                        row.nodeId(),
                        row.name(),
                        row.capacity(),
                        used.get(row.nodeId()),
                        counts.get(row.nodeId()),
                        row.eligible(),
                        row.attributes(),
                        row.layers()))
                .toList());
    }

    void apply(Draft draft) {
        documents.putAll(draft.documents);
        draft.losses.forEach(a -> allocations.put(a.id(), a));
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
                changes.set(stop, change("replace", a, changes.get(stop).reason()));
            } else {
                String action = placed.place().replaces().isEmpty() ? "place" : "replace";
                changes.add(change(action, a, placed.place().reason()));
            }
        }
    }

    /** More than is played through would go on in the same way. */
    void replaceTheRest(JobView job) {
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
                        "replaced by version " + job.version() + ", later than is foreseen"));
            }
        }
    }

    Change change(String action, Allocation a, String reason) {
        String node = names.getOrDefault(a.nodeId(), a.nodeId());
        return new Change(action, a.name(), a.group(), a.index(), a.nodeId(), node, reason);
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
        GroupDocument document = documents.get(a.specHash());
        Resources resources =
                document == null ? stored.apply(a) : document.group().totalResources();
        used.computeIfPresent(
                a.nodeId(), (node, was) -> more ? Reserved.plus(was, resources) : Reserved.minus(was, resources));
        counts.computeIfPresent(a.nodeId(), (node, was) -> was + (more ? 1 : -1));
    }

    private static String slot(Allocation a) {
        return a.group() + "[" + a.index() + "]";
    }
}
