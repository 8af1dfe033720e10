package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Writes limits: all of them for a fresh cgroup, the differences for one that is in use. Thread-safe for different names. */
final class Limiter {

    /**
     * A controller's files in the tree that has them.
     *
     * @param tree empty where this host has the controller nowhere
     */
    record Bound(String controller, Control control, Optional<Tree> tree) {}

    private record Undo(Path file, String text) {}

    private final CgroupFiles files;
    private final HostLimits host;
    private final List<Bound> bounds;
    private final Optional<Tree> unified;

    /** Whether the parent has a file of that name: the kernel's matter, alike for all cgroups below it. */
    private final Map<Path, Boolean> there = new ConcurrentHashMap<>();

    Limiter(CgroupFiles files, HostLimits host, List<Bound> bounds, Optional<Tree> unified) {
        this.files = files;
        this.host = host;
        this.bounds = List.copyOf(bounds);
        this.unified = unified;
    }

    /** Why this host cannot keep these limits, with the field; empty where it can. */
    Optional<String> refusal(Spec.Resources limits) throws IOException {
        for (Bound bound : bounds) {
            for (Setting setting : bound.control().settings(limits)) {
                if (bound.tree().isEmpty()) {
                    return Optional.of("%s: this host has no cgroup controller %s: mount or enable it"
                            .formatted(setting.field(), bound.controller()));
                }
                Optional<String> refusal = refusal(bound.tree().get(), setting);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
            if (bound.tree().isPresent()) {
                Optional<String> refusal = bound.control().refusal(bound.tree().get(), limits);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
        }
        for (Setting setting : new UnifiedControl().settings(limits)) {
            Optional<String> refusal = refusalUnified(setting);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private Optional<String> refusal(Tree tree, Setting setting) throws IOException {
        if (isThere(tree, setting.file())) {
            return Optional.empty();
        }
        if (!setting.field().equals(MemoryControl.SWAP)) {
            return Optional.of(
                    "%s: this kernel has no %s in %s".formatted(setting.field(), setting.file(), tree.parent()));
        }
        return host.swapBytes() == 0
                ? Optional.empty() // memory plus swap is memory then
                : Optional.of(
                        ("%s: this kernel does not count swap (no %s): boot with swapaccount=1, switch swap off, or "
                                        + "leave it at -1")
                                .formatted(setting.field(), setting.file()));
    }

    private Optional<String> refusalUnified(Setting setting) {
        String controller = UnifiedControl.controllerOf(setting.file());
        if (unified.isEmpty() || !unified.get().offers(controller)) {
            return Optional.of(
                    "%s: the cgroup controller %s is not on v2 on this host: use the field that v1 has for it"
                            .formatted(setting.field(), controller));
        }
        return isThere(unified.get(), setting.file())
                ? Optional.empty()
                : Optional.of("%s: this kernel has no %s".formatted(setting.field(), setting.file()));
    }

    private boolean isThere(Tree tree, String file) {
        return there.computeIfAbsent(tree.parent().resolve(file), files::exists);
    }

    /** The controllers whose files these limits write, by tree. */
    Map<Tree, Set<String>> controllers(Spec.Resources limits) {
        Map<Tree, Set<String>> needed = new LinkedHashMap<>();
        settings(limits)
                .forEach((tree, settings) ->
                        settings.forEach(setting -> needed.computeIfAbsent(tree, none -> new TreeSet<>())
                                .add(UnifiedControl.controllerOf(setting.file()))));
        return needed;
    }

    /** For a fresh cgroup whose seats are all made. */
    void write(String name, Spec.Resources limits) throws IOException {
        for (Map.Entry<Tree, List<Setting>> entry : settings(limits).entrySet()) {
            Path seat = entry.getKey().seat(name);
            for (Setting setting : entry.getValue()) {
                if (setting.value().equals(setting.lift())) {
                    continue; // as it is born
                }
                files.write(seat.resolve(setting.file()), setting.value());
            }
        }
    }

    /**
     * From one set of limits to another, all of it or nothing.
     *
     * @param rest what belongs to the same change and may fail as well
     */
    void change(String name, Spec.Resources before, Spec.Resources after, Step rest) throws IOException {
        Deque<Undo> done = new ArrayDeque<>();
        try {
            for (Map.Entry<Tree, List<Setting>> entry : changes(before, after).entrySet()) {
                change(entry.getKey(), name, entry.getValue(), done);
            }
            rest.run();
        } catch (IOException | RuntimeException e) {
            while (!done.isEmpty()) {
                Undo undo = done.pop();
                try {
                    files.write(undo.file(), undo.text());
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    interface Step {
        void run() throws IOException;
    }

    private void change(Tree tree, String name, List<Setting> changes, Deque<Undo> done) throws IOException {
        Path seat = tree.seat(name);
        List<Setting> ordered = changes;
        for (Bound bound : bounds) {
            if (bound.tree().equals(Optional.of(tree))) {
                ordered = bound.control().inOrder(seat, ordered);
            }
        }
        for (Setting change : ordered) {
            Path file = seat.resolve(change.file());
            String before = files.read(file);
            files.write(file, tree.textOf(seat, change.file(), change.value()));
            done.push(new Undo(file, tree.textOf(seat, change.file(), change.undo(before))));
        }
    }

    private Map<Tree, List<Setting>> changes(Spec.Resources before, Spec.Resources after) {
        Map<Tree, List<Setting>> were = settings(before);
        Map<Tree, List<Setting>> changes = new LinkedHashMap<>();
        settings(after).forEach((tree, settings) -> {
            List<Setting> fresh = new ArrayList<>(settings);
            fresh.removeAll(were.getOrDefault(tree, List.of()));
            if (!fresh.isEmpty()) {
                changes.put(tree, fresh);
            }
        });
        Map<Tree, List<Setting>> are = settings(after);
        were.forEach((tree, settings) -> settings.stream()
                .filter(old -> are.getOrDefault(tree, List.of()).stream().noneMatch(old::hasTargetOf))
                .forEach(old ->
                        changes.computeIfAbsent(tree, none -> new ArrayList<>()).add(old.lifted())));
        return changes;
    }

    /** Each file, and device of it, once: {@code unified} has the last word. */
    private Map<Tree, List<Setting>> settings(Spec.Resources limits) {
        Map<Tree, List<Setting>> all = new LinkedHashMap<>();
        for (Bound bound : bounds) {
            bound.tree().ifPresent(tree -> add(all, tree, bound.control().settings(limits)));
        }
        unified.ifPresent(tree -> add(all, tree, new UnifiedControl().settings(limits)));
        return all;
    }

    private void add(Map<Tree, List<Setting>> all, Tree tree, List<Setting> settings) {
        for (Setting setting : settings) {
            if (setting.field().equals(MemoryControl.SWAP) && !isThere(tree, setting.file())) {
                continue; // there is no swap to be counted, or it was refused
            }
            List<Setting> list = all.computeIfAbsent(tree, none -> new ArrayList<>());
            list.removeIf(setting::hasTargetOf);
            list.add(setting);
        }
    }
}
