package io.holdfast.agent;

import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.agent.reconcile.Attempt;
import io.holdfast.agent.reconcile.Remembered;
import io.holdfast.agent.reconcile.Step;
import io.holdfast.agent.reconcile.Work;
import io.holdfast.keeper.api.Reply;
import io.holdfast.model.Clock;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries works out at the keeper: works of different allocations side by side up to a bound, the steps of each in order, stops
 * that follow each other together. Works that start something and works that only wait have lanes of their own, so that a
 * node full of long graces still starts what is new. For one context.
 */
final class WorkRunner {
    /** Starts under way at once: each is processor time of the keeper's. */
    static final int MAX_STARTS = 8;

    /** Stops and removals under way at once: mostly waiting. */
    static final int MAX_OTHERS = 64;

    /**
     * How often a sandbox may be refused for a conflict before that counts as a failed start. Most pass by themselves: the list
     * was old, a lease's renewal is on its way, ids of a sandbox that is being removed are not free yet.
     */
    static final int MAX_CONFLICTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(WorkRunner.class);

    /** How a work went. */
    interface Listener {

        /** A task's start is about to be sent; answers what was remembered until now. */
        Remembered begun(String allocationId, String task, Attempt attempt);

        /** It was not sent after all: what was remembered before is so again. */
        void withdrawn(String allocationId, Remembered before);

        /** The keeper could not start it, and nothing is left of it. */
        void startFailed(String allocationId, String task, Attempt attempt);

        /** @param clean false when a step failed that no memory speaks of, so that trying again at once would be in vain */
        void ended(Work work, boolean clean);
    }

    private static final class Lane {
        final int bound;
        final Deque<Work> waiting = new ArrayDeque<>();
        int running;

        Lane(int bound) {
            this.bound = bound;
        }
    }

    private final KeeperClient keeper;
    private final Clock clock;
    private final Listener listener;
    private final Lane starts = new Lane(MAX_STARTS);
    private final Lane others = new Lane(MAX_OTHERS);
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, Integer> conflicts = new HashMap<>();

    WorkRunner(KeeperClient keeper, Clock clock, Listener listener) {
        this.keeper = keeper;
        this.clock = clock;
        this.listener = listener;
    }

    /** Allocations with a work that runs or waits for its turn. */
    Set<String> underWay() {
        return underWay;
    }

    void submit(Work work) {
        underWay.add(work.allocationId());
        Lane lane = work.starts() ? starts : others;
        lane.waiting.add(work);
        drain(lane);
    }

    /** Gives up what has not begun: it is decided anew. */
    void dropWaiting() {
        for (Lane lane : List.of(starts, others)) {
            lane.waiting.forEach(work -> underWay.remove(work.allocationId()));
            lane.waiting.clear();
        }
    }

    private void drain(Lane lane) {
        while (lane.running < lane.bound && !lane.waiting.isEmpty()) {
            Work work = lane.waiting.poll();
            lane.running++;
            run(work, 0).onComplete(result -> {
                lane.running--;
                underWay.remove(work.allocationId());
                if (result.failed()) {
                    LOG.info(
                            "allocation {}: {}",
                            work.allocationId(),
                            result.cause().getMessage());
                }
                listener.ended(work, result.succeeded() && result.result());
                drain(lane);
            });
        }
    }

    /** From this step on; true when all went well or what did not is remembered. */
    private Future<Boolean> run(Work work, int from) {
        if (from >= work.steps().size()) {
            return Future.succeededFuture(true);
        }
        Step step = work.steps().get(from);
        if (step instanceof Step.StopContainer) {
            int end = from;
            List<Future<?>> together = new ArrayList<>();
            while (end < work.steps().size() && work.steps().get(end) instanceof Step.StopContainer stop) {
                together.add(keeper.done(stop.request()).recover(WorkRunner::goneIsStopped));
                end++;
            }
            int next = end;
            return Future.join(together).compose(all -> run(work, next));
        }
        if (step instanceof Step.RemoveContainer remove) {
            // an old log that cannot be removed now is no reason not to start
            return keeper.done(remove.request()).otherwise(new Reply.Done()).compose(done -> run(work, from + 1));
        }
        if (step instanceof Step.CreateSandbox create) {
            return keeper.done(create.request())
                    .map(done -> {
                        conflicts.remove(work.allocationId());
                        return true;
                    })
                    .recover(trouble -> sandboxFailed(work, trouble))
                    .compose(made -> made ? run(work, from + 1) : Future.succeededFuture(true));
        }
        if (step instanceof Step.FailStart fail) {
            LOG.warn(
                    "task {} of allocation {} could not be started: {}",
                    fail.task(),
                    work.allocationId(),
                    fail.failed().failure());
            listener.startFailed(work.allocationId(), fail.task(), fail.failed());
            return run(work, from + 1);
        }
        if (step instanceof Step.StartTask start) {
            return start(work, start).compose(on -> on ? run(work, from + 1) : Future.succeededFuture(true));
        }
        Step.RemoveSandbox remove = (Step.RemoveSandbox) step;
        return keeper.done(remove.request()).compose(done -> run(work, from + 1));
    }

    private static Future<Reply.Done> goneIsStopped(Throwable trouble) {
        boolean gone = trouble instanceof KeeperException fault && fault.code().equals("not-found");
        return gone ? Future.succeededFuture(new Reply.Done()) : Future.failedFuture(trouble);
    }

    /** A refusal is one of every task's start, unless it may pass by itself. */
    private Future<Boolean> sandboxFailed(Work work, Throwable trouble) {
        if (!(trouble instanceof KeeperException fault) || fault.notSent() || fault.outcomeUnknown()) {
            return Future.failedFuture(trouble);
        }
        boolean conflict = fault.code().equals("conflict");
        if (conflict && conflicts.merge(work.allocationId(), 1, Integer::sum) < MAX_CONFLICTS) {
            return Future.failedFuture(trouble);
        }
        conflicts.remove(work.allocationId());
        for (Step step : work.steps()) {
            if (step instanceof Step.StartTask start) {
                Attempt failed = start.attempt().failed(fault.getMessage(), fault.hopeless(), clock.nowMillis());
                listener.startFailed(work.allocationId(), start.task(), failed);
            }
        }
        return Future.succeededFuture(false);
    }

    private Future<Boolean> start(Work work, Step.StartTask start) {
        String id = work.allocationId();
        Remembered before = listener.begun(id, start.task(), start.attempt());
        return keeper.start(start.request()).map(started -> true).recover(trouble -> {
            if (!(trouble instanceof KeeperException fault) || fault.outcomeUnknown()) {
                return Future.failedFuture(trouble);
            }
            if (fault.notSent()) {
                listener.withdrawn(id, before);
                return Future.failedFuture(trouble);
            }
            LOG.warn("task {} of allocation {} could not be started: {}", start.task(), id, fault.getMessage());
            listener.startFailed(
                    id, start.task(), start.attempt().failed(fault.getMessage(), fault.hopeless(), clock.nowMillis()));
            return Future.succeededFuture(false);
        });
    }
}
