package io.holdfast.agent.reconcile;

import io.holdfast.agent.fake.FakeNode;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.Manifest;
import io.holdfast.testkit.ManualClock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A node in one thread: a reconciler, a keeper's state and a clock; a step carries out what was planned, as the loop does. */
final class Bench {
    final FakeNode node = new FakeNode();
    final ManualClock clock = new ManualClock();
    final Map<String, GroupDocument> specs = new HashMap<>();
    Map<String, Remembered> memory = new HashMap<>();
    final Map<ImageWish, ImageSight> images = new HashMap<>();
    Manifest manifest = Sight.NO_NEWS;
    boolean leaseHeld = true;
    boolean draining;
    Plan last;
    Map<String, AllocationReport> reports = Map.of();

    Plan look() {
        return Reconciler.plan(new Sight(
                "node-1",
                manifest,
                specs,
                node.list(),
                memory,
                images,
                Set.of(),
                leaseHeld,
                draining,
                clock.nowMillis()));
    }

    /** Looks once and acts; true when there was something to do. */
    boolean step() {
        last = look();
        memory.putAll(last.memory());
        last.forgotten().forEach(memory::remove);
        Map<String, AllocationReport> now = new TreeMap<>();
        last.reports().forEach(report -> now.put(report.allocationId(), report));
        reports = now;
        last.works().forEach(this::act);
        return !last.works().isEmpty();
    }

    private void act(Work work) {
        for (Step step : work.steps()) {
            if (step instanceof Step.FailStart fail) {
                remember(work.allocationId(), fail.task(), fail.failed());
                images.values().removeIf(ImageSight.Failed.class::isInstance);
                continue;
            }
            if (step instanceof Step.StartTask start) {
                remember(work.allocationId(), start.task(), start.attempt());
            }
            Object answer = node.handle(((Step.Ask) step).request(), clock.nowMillis());
            if (answer instanceof KeeperError error && step instanceof Step.StartTask start) {
                boolean hopeless = error.code().equals("refused-by-policy");
                remember(
                        work.allocationId(),
                        start.task(),
                        start.attempt().failed(error.message(), hopeless, clock.nowMillis()));
                return;
            }
        }
    }

    private void remember(String id, String task, Attempt attempt) {
        Remembered.Live live = (Remembered.Live) memory.getOrDefault(id, Remembered.NOTHING);
        memory.put(id, live.with(task, attempt));
    }

    /** Acts until there is nothing to do at this moment. */
    void settle() {
        int steps = 0;
        while (step()) {
            if (++steps > 20) {
                throw new AssertionError("no rest after 20 looks at one moment: " + last.works());
            }
        }
        step();
    }

    /** Lets time pass until the plan's own wake-up, and acts. */
    void passToWake() {
        clock.advanceMillis(Math.max(0, last.wakeAtMillis() - clock.nowMillis()));
        settle();
    }

    AllocationReport report(String id) {
        AllocationReport report = reports.get(id);
        if (report == null) {
            throw new AssertionError("no report of " + id + " in " + reports.keySet());
        }
        return report;
    }

    /** The one live container of a task. */
    Reply.ContainerStatus alive(String task) {
        List<Reply.ContainerStatus> found = node.alive().stream()
                .filter(c -> Annotations.task(c).equals(task))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " live containers of " + task);
        }
        return found.get(0);
    }

    void exit(String task, int code) {
        node.end(alive(task).id(), FakeNode.code(code, clock.nowMillis()));
    }

    void exit(String task, Reply.Exit exit) {
        node.end(alive(task).id(), exit);
    }

    /** The agent is killed and started again with what it had on disk. */
    void restartAgent(Map<String, Remembered> onDisk) {
        memory = new HashMap<>(onDisk);
        manifest = Sight.NO_NEWS;
        reports = Map.of();
    }
}
