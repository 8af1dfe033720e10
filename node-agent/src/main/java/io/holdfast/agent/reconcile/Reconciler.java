package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what is wanted with what is there. Looking again at the same things gives the same plan; carrying a plan out and
 * looking again comes to rest.
 */
public final class Reconciler {
    private final Sight sight;
    private final Map<String, Reply.SandboxStatus> sandboxes = new TreeMap<>();
    private final List<Work> works = new ArrayList<>();
    private final List<AllocationReport> reports = new ArrayList<>();
    private final Map<String, Remembered> memory = new HashMap<>();
    private final Set<String> missingSpecs = new HashSet<>();
    private final Set<ImageWish> images = new HashSet<>();
    private long wakeAtMillis = Long.MAX_VALUE;

    private Reconciler(Sight sight) {
        this.sight = sight;
        for (Reply.SandboxStatus sandbox : sight.sandboxes()) {
            if (Annotations.ours(sandbox)) {
                sandboxes.put(sandbox.id(), sandbox);
            }
        }
    }

    public static Plan plan(Sight sight) {
        Reconciler pass = new Reconciler(sight);
        return sight.believes() ? pass.withNews() : pass.withoutNews();
    }

    private Plan withNews() {
        Set<String> wanted = new HashSet<>();
        for (ManifestRow row : sight.manifest().rows()) {
            wanted.add(row.allocationId());
            if (!sight.busy().contains(row.allocationId())) {
                wanted(row);
            }
        }
        for (Reply.SandboxStatus sandbox : sandboxes.values()) {
            if (!wanted.contains(sandbox.id()) && !sight.busy().contains(sandbox.id())) {
                orphan(sandbox);
            }
        }
        Set<String> forgotten = new HashSet<>();
        for (String id : sight.memory().keySet()) {
            if (!wanted.contains(id)
                    && !sandboxes.containsKey(id)
                    && !sight.busy().contains(id)) {
                forgotten.add(id);
            }
        }
        return new Plan(works, reports, memory, forgotten, missingSpecs, images, wakeAtMillis);
    }

    /** Without a manifest nothing is decided; what runs is told, so that a new leader sees it before it places anything. */
    private Plan withoutNews() {
        for (Reply.SandboxStatus sandbox : sandboxes.values()) {
            Remembered remembered = sight.memory().getOrDefault(sandbox.id(), Remembered.NOTHING);
            boolean running =
                    sandbox.containers().stream().anyMatch(c -> !c.exit().ended());
            if (remembered instanceof Remembered.Ended ended) {
                reports.add(ended.report());
            } else if (running && !sight.busy().contains(sandbox.id())) {
                reports.add(seenRunning(sandbox, (Remembered.Live) remembered));
                if (sight.draining()) {
                    drain(sandbox);
                }
            }
        }
        return new Plan(works, reports, memory, Set.of(), Set.of(), Set.of(), Long.MAX_VALUE);
    }

    private void wanted(ManifestRow row) {
        String id = row.allocationId();
        Optional<Reply.SandboxStatus> sandbox = Optional.ofNullable(sandboxes.get(id));
        if (row.desired() == Desired.ENDED) {
            endWhatLives(id, sandbox);
            return;
        }
        Remembered remembered = sight.memory().getOrDefault(id, Remembered.NOTHING);
        if (remembered instanceof Remembered.Ended ended) {
            reports.add(ended.report());
            endWhatLives(id, sandbox);
            return;
        }
        Remembered.Live live = (Remembered.Live) remembered;
        AllocationSight seen = AllocationSight.of(row, sandbox, live, sight);
        if (seen.spec().isEmpty()) {
            missingSpecs.add(row.specHash());
        }
        Decision decision = Decisions.of(seen);
        AllocationState state = Reports.allowed(live.state(), decision.state());
        AllocationReport report = Reports.of(seen, decision, state);
        reports.add(report);
        // nothing can be started in a paused sandbox: what waits for its restart waits on
        boolean paused = sandbox.isPresent() && sandbox.get().paused();
        work(
                id,
                decision.steps().stream()
                        .filter(step -> !paused || !(step instanceof Step.StartTask))
                        .toList());
        wakeAtMillis = Math.min(wakeAtMillis, decision.wakeAtMillis());
        images.addAll(decision.images());
        memory.put(
                id,
                state.terminal()
                        ? new Remembered.Ended(report)
                        : new Remembered.Live(
                                state,
                                live.stopAsked() || decision.stopAsked(),
                                seen.startedAtMillis(),
                                live.attempts()));
    }

    /** An end was told: whatever lives in spite of it goes; what it has written stays. */
    private void endWhatLives(String id, Optional<Reply.SandboxStatus> sandbox) {
        sandbox.map(s -> s.containers().stream().filter(c -> !c.exit().ended()).toList())
                .map(Decisions::stops)
                .ifPresent(steps -> work(id, steps));
    }

    /** A believed manifest that does not name it is the permission to forget it; another cluster's is not ours to judge. */
    private void orphan(Reply.SandboxStatus sandbox) {
        if (!sight.manifest().clusterId().equals(sandbox.annotations().get(Annotations.CLUSTER))) {
            return;
        }
        List<Step> steps = new ArrayList<>(Decisions.stops(
                sandbox.containers().stream().filter(c -> !c.exit().ended()).toList()));
        boolean stopping = sandbox.containers().stream().anyMatch(c -> c.state().equals("stopping"));
        if (!stopping) {
            steps.add(new Step.RemoveSandbox(new Request.RemoveSandbox(sandbox.id())));
        }
        work(sandbox.id(), steps);
    }

    private void drain(Reply.SandboxStatus sandbox) {
        work(
                sandbox.id(),
                Decisions.stops(sandbox.containers().stream()
                        .filter(c -> !c.exit().ended())
                        .toList()));
    }

    private AllocationReport seenRunning(Reply.SandboxStatus sandbox, Remembered.Live live) {
        List<TaskReport> tasks = new ArrayList<>();
        long startedAtMillis = live.startedAtMillis();
        for (Reply.ContainerStatus container : sandbox.containers()) {
            if (!container.exit().ended()) {
                tasks.add(new TaskReport(
                        Annotations.task(container),
                        TaskState.RUNNING,
                        TaskExit.NONE,
                        "",
                        Annotations.attempt(container),
                        container.startedAtMillis(),
                        0));
                startedAtMillis = startedAtMillis == 0 ? container.startedAtMillis() : startedAtMillis;
            }
        }
        AllocationState state = Reports.allowed(live.state(), AllocationState.RUNNING);
        return new AllocationReport(sandbox.id(), state, "", startedAtMillis, 0, tasks);
    }

    private void work(String allocationId, List<Step> steps) {
        if (!steps.isEmpty()) {
            works.add(new Work(allocationId, steps));
        }
    }
}
