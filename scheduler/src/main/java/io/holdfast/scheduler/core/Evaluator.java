package io.holdfast.scheduler.core;

import io.holdfast.model.Clock;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.NodeState;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.publish.ManifestPublisher;
import io.holdfast.scheduler.reconcile.JobView;
import io.holdfast.scheduler.store.Commit;
import io.holdfast.scheduler.store.Pinned;
import io.holdfast.scheduler.store.Store;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The loop that turns a change into a committed plan: results first, then jobs by the batch, one commit under way at a time.
 * Nothing is changed in memory before it is committed, so a pass that fails has done nothing; the core then steps down and begins
 * again with what is stored. On the core's loop.
 */
final class Evaluator {
    /** What others have to do with the end of a commit. */
    interface Outcomes {
        /** These events have been stored. */
        void committed(List<ClusterEvent> events);

        /** Nobody knows whether it was carried out. */
        void failed(Throwable cause);

        /** An allocation was found lost, yet its node is back: what the node says stands above it. */
        void lostOnLiveNode(Node node);
    }

    private final CoreParts parts;
    private final Store store;
    private final Clock clock;
    private final ClusterState state;
    private final NodeTracker nodes;
    private final Results results;
    private final Planner planner;
    private final ManifestPublisher publisher;
    private final ImageLookups images;
    private final Outcomes outcomes;
    private final EvaluationQueue queue = new EvaluationQueue();

    /** Why instances of a job are not placed, by group. */
    private final Map<JobKey, Map<String, String>> reasons = new HashMap<>();

    private long epoch;
    private boolean busy;
    private boolean woken;

    Evaluator(CoreParts parts, Planner planner, ManifestPublisher publisher, ImageLookup lookup, Outcomes outcomes) {
        this.parts = parts;
        this.store = parts.store();
        this.clock = parts.clock();
        this.state = parts.state();
        this.nodes = parts.nodes();
        this.results = parts.results();
        this.planner = planner;
        this.publisher = publisher;
        this.images = new ImageLookups(lookup, nodes, clock, this::resolved);
        this.outcomes = outcomes;
    }

    void lead(long newEpoch) {
        epoch = newEpoch;
        busy = false;
        evaluateAll();
    }

    void stop() {
        epoch = 0;
        queue.clear();
        results.clear();
        reasons.clear();
        images.clear();
    }

    void evaluate(JobKey job) {
        queue.add(job);
        wake();
    }

    void evaluateAll() {
        state.jobs().forEach(job -> queue.add(job.job().key()));
        wake();
    }

    /** All jobs that have allocations on the node. */
    void evaluateOn(String nodeId) {
        state.onNode(nodeId).forEach(a -> queue.add(a.job()));
        wake();
    }

    /** There is more room than before. */
    void roomGrew() {
        queue.unblock();
        wake();
    }

    /** Time has passed. */
    void tick() {
        queue.due(clock.nowMillis());
        images.advance();
        wake();
    }

    void wake() {
        if (epoch != 0 && !busy && !woken && !(queue.isEmpty() && results.isEmpty())) {
            woken = true;
            parts.loop().execute(() -> {
                woken = false;
                pass();
            });
        }
    }

    /** Why instances are not placed, by group. */
    Map<String, String> reasons(JobRecord job) {
        Map<String, String> all = new HashMap<>(reasons.getOrDefault(job.job().key(), Map.of()));
        all.putAll(images.reasons(job));
        return all;
    }

    private void resolved(Pinned pinned, String nodeName) {
        results.pinned(pinned);
        results.event(Events.imageResolved(pinned, nodeName, clock.nowMillis()));
        wake();
    }

    /** Whether nothing is to be done now. */
    boolean idle() {
        return !busy && !woken && queue.isEmpty() && results.isEmpty() && images.idle();
    }

    int queued() {
        return queue.size();
    }

    private void pass() {
        if (epoch == 0 || busy) {
            return;
        }
        if (!results.isEmpty()) {
            commitResults();
        } else {
            evaluateBatch();
        }
    }

    private void commitResults() {
        List<Allocation> ends = results.takeEnds(state, CoreLimits.RESULTS_PER_COMMIT, clock.nowMillis());
        List<Pinned> pinned = results.takePinned();
        List<ClusterEvent> made = new ArrayList<>(results.takeEvents());
        ends.forEach(a -> made.add(event(Events.ALLOCATION_CHANGED, a)));
        commit(new Commit(List.of(), Map.of(), ends, List.of(), pinned, made), () -> {
            pinned.forEach(one -> {
                state.pin(one);
                queue.add(one.job());
            });
            for (Allocation a : ends) {
                state.put(a);
                publisher.touch(a.nodeId());
                queue.add(a.job());
            }
            if (!ends.isEmpty()) {
                queue.unblock();
            }
        });
    }

    private void evaluateBatch() {
        List<JobView> jobs = new ArrayList<>();
        for (JobKey key : queue.take(CoreLimits.JOBS_PER_PASS)) {
            // one that waits for a node's word is put back when that has come
            state.job(key).filter(job -> !awaits(key)).ifPresent(job -> {
                images.want(job);
                jobs.add(job.view());
            });
        }
        images.advance();
        Draft draft = planner.draft(jobs, state::ofJob, nodeStates(), table(), clock.nowMillis());
        draft.lookAgainAt.forEach(queue::lookAgainAt);
        for (JobView job : jobs) {
            reasons.remove(job.key());
        }
        for (Draft.Unplaced unplaced : draft.unplaced) {
            queue.block(unplaced.place().job());
            reasons.computeIfAbsent(unplaced.place().job(), key -> new HashMap<>())
                    .putIfAbsent(
                            unplaced.place().document().group().name(),
                            unplaced.why().message());
        }
        if (draft.changesNothing() && draft.forgotten.isEmpty()) {
            queue.addAll(draft.unfinished);
            wake();
            return;
        }
        carryOut(draft);
    }

    private void carryOut(Draft draft) {
        List<Allocation> placed =
                draft.placed.stream().map(Draft.Placed::allocation).toList();
        List<Allocation> changed = new ArrayList<>(draft.stops);
        changed.addAll(draft.losses);
        List<ClusterEvent> made = new ArrayList<>();
        changed.forEach(a -> made.add(event(Events.ALLOCATION_CHANGED, a)));
        placed.forEach(a -> made.add(event(Events.ALLOCATION_PLACED, a)));
        commit(new Commit(placed, draft.documents, changed, draft.forgotten, made), () -> {
            Set<String> touched = new LinkedHashSet<>();
            draft.forgotten.forEach(id -> {
                state.allocation(id).ifPresent(a -> touched.add(a.nodeId()));
                state.remove(id);
            });
            state.putDocuments(draft.documents);
            placed.forEach(a -> {
                state.put(a);
                touched.add(a.nodeId());
            });
            // reports may have been folded meanwhile: only what was decided is changed
            draft.stops.forEach(stop -> state.allocation(stop.id())
                    .filter(a -> !a.state().terminal())
                    .ifPresent(a -> {
                        state.put(Allocations.desired(a, stop.desired(), stop.reason()));
                        touched.add(a.nodeId());
                    }));
            draft.losses.forEach(lost -> state.allocation(lost.id())
                    .filter(a -> !a.state().terminal())
                    .ifPresent(a -> {
                        state.put(Allocations.lost(a, lost.reason()));
                        nodes.node(a.nodeId())
                                .filter(node -> node.state != NodeState.LOST)
                                .ifPresent(outcomes::lostOnLiveNode);
                    }));
            touched.forEach(publisher::touch);
            if (!draft.losses.isEmpty()) {
                // what is lost keeps nobody away any more
                queue.unblock();
            }
            queue.addAll(draft.unfinished);
        });
    }

    private void commit(Commit commit, Runnable apply) {
        busy = true;
        long ofEpoch = epoch;
        Future<List<ClusterEvent>> done = store.commit(ofEpoch, commit);
        done.onComplete(answer -> {
            if (ofEpoch != epoch) {
                // begun anew meanwhile, with what is stored
                return;
            }
            busy = false;
            if (answer.failed()) {
                outcomes.failed(answer.cause());
                return;
            }
            apply.run();
            outcomes.committed(answer.result());
            wake();
        });
    }

    /** Whether a node that holds something of the job has yet to say what became of it: adopt before placing anything new. */
    private boolean awaits(JobKey job) {
        return state.ofJob(job).stream()
                .filter(Reserved::reserves)
                .anyMatch(a -> nodes.node(a.nodeId())
                        .filter(node -> node.awaited() && node.state != NodeState.LOST)
                        .isPresent());
    }

    Map<String, NodeState> nodeStates() {
        Map<String, NodeState> states = new HashMap<>();
        nodes.nodes().forEach(node -> states.put(node.id, node.state));
        return states;
    }

    NodeTable table() {
        return parts.room().table(nodes.nodes());
    }

    ClusterEvent event(String type, Allocation a) {
        String name =
                nodes.node(a.nodeId()).map(node -> node.registration.name()).orElse(a.nodeId());
        return Events.allocation(type, a, name, clock.nowMillis());
    }
}
