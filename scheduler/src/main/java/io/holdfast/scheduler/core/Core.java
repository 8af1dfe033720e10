package io.holdfast.scheduler.core;

import io.holdfast.model.Clock;
import io.holdfast.model.IdSource;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.NodeState;
import io.holdfast.model.state.Report;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.scheduler.leader.Leadership;
import io.holdfast.scheduler.loop.Loop;
import io.holdfast.scheduler.publish.ClusterLink;
import io.holdfast.scheduler.publish.ManifestPublisher;
import io.holdfast.scheduler.store.Store;
import io.holdfast.scheduler.store.StoreException;
import io.holdfast.scheduler.store.StoredState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler's heart, put together: it takes the lead, loads what is stored, hears nodes and reports, evaluates, commits,
 * publishes. Whatever goes wrong on the way of a commit ends the epoch, and the next begins with what is stored: there is one
 * way to recover, and it is the way to start. To be made and used on the loop.
 */
public final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);

    private final CoreSettings settings;
    private final CoreParts parts;
    private final ClusterLink link;
    private final ManifestPublisher publisher;
    private final Evaluator evaluator;
    private final ReportFold fold;
    private final Leadership leadership;
    private final CoreView view;
    private final CoreCommands commands;
    private final Promise<Void> ready = Promise.promise();
    private final Set<String> reading = new HashSet<>();
    private final Set<String> readAgain = new HashSet<>();

    private long epoch;
    private boolean loaded;
    private long lastFullPassMillis;
    private Loop.Timer timer = () -> {};
    private boolean closed;

    /**
     * @param lookup asks nodes what tags stand for
     * @param holder names this scheduler among those that share the store
     * @param ids for allocations
     */
    public Core(
            CoreSettings settings,
            Store store,
            ClusterLink link,
            ImageLookup lookup,
            PlacementEngine engine,
            Loop loop,
            Clock clock,
            IdSource ids,
            String holder) {
        this.settings = settings;
        this.link = link;
        Room room = new Room(settings.fill());
        ClusterState state = new ClusterState(room);
        NodeTracker nodes = new NodeTracker(clock, settings, new NodeListener());
        this.parts = new CoreParts(store, loop, clock, state, room, nodes, new Results(), new EventLog(store));
        this.publisher = new ManifestPublisher(link, loop, new Rows(state), this::outbid);
        Planner planner = new Planner(engine, ids);
        this.evaluator = new Evaluator(parts, planner, publisher, lookup, new CommitOutcomes());
        this.fold = new ReportFold(state, nodes, parts.results(), clock, this::observed, this::outbid);
        this.leadership =
                new Leadership(store, loop, clock, holder, settings.leadLeaseMillis(), new LeadershipFollower());
        this.view = new CoreView(parts, evaluator, engine, this::status);
        this.commands = new CoreCommands(parts, evaluator, view, planner);
    }

    /** Begins. The future completes once this scheduler leads for the first time with its state loaded. */
    public Future<Void> start() {
        link.listen(new ClusterLink.Inbox() {
            @Override
            public void nodeChanged(String nodeId) {
                readRegistration(nodeId);
            }

            @Override
            public void reportChanged(String nodeId) {
                readReport(nodeId);
            }
        });
        leadership.start();
        tick();
        return ready.future();
    }

    public ClusterView view() {
        return view;
    }

    public Commands commands() {
        return commands;
    }

    public EventFeed events() {
        return parts.events();
    }

    public NodeLeases leases() {
        return parts.nodes();
    }

    /** Whether nothing is under way and everything decided has been published: for tests. */
    boolean idle() {
        return evaluator.idle() && publisher.settled() && reading.isEmpty();
    }

    /** Decides nothing more and gives the lead back. What runs on the nodes runs on. */
    public Future<Void> close() {
        closed = true;
        timer.cancel();
        follow();
        return leadership.close();
    }

    private ClusterView.LeaderStatus status() {
        return new ClusterView.LeaderStatus(
                epoch != 0 && loaded, epoch, parts.store().clusterId(), loaded);
    }

    private void outbid(long seenEpoch) {
        leadership.outbid(seenEpoch);
    }

    private void load(long newEpoch) {
        parts.store().load().onComplete(answer -> {
            if (newEpoch != leadership.epoch() || closed) {
                return;
            }
            if (answer.failed()) {
                leadership.stepDown("what is stored could not be loaded: " + answer.cause());
                return;
            }
            begin(newEpoch, answer.result());
        });
    }

    private void begin(long newEpoch, StoredState stored) {
        parts.state().load(stored);
        parts.events().begin(stored.latestEventId());
        Set<String> holders = new HashSet<>();
        for (Allocation a : stored.allocations()) {
            if (Reserved.reserves(a)) {
                holders.add(a.nodeId());
            }
        }
        parts.nodes().expect(holders);
        epoch = newEpoch;
        loaded = true;
        LOG.info(
                "leading in epoch {} with {} jobs and {} allocations on {} nodes",
                newEpoch,
                stored.jobs().size(),
                stored.allocations().size(),
                holders.size());
        parts.results()
                .event(Events.leaderElected(
                        parts.store().clusterId(), newEpoch, parts.clock().nowMillis()));
        publisher.lead(parts.store().clusterId(), newEpoch);
        parts.nodes().nodes().forEach(node -> publisher.touch(node.id));
        evaluator.lead(newEpoch);
        fullPass();
        ready.tryComplete();
    }

    private void follow() {
        epoch = 0;
        publisher.stop();
        evaluator.stop();
    }

    private void tick() {
        if (closed) {
            return;
        }
        timer = parts.loop().after(CoreLimits.TICK_MILLIS, this::tick);
        parts.nodes().tick();
        evaluator.tick();
        if (epoch != 0 && parts.clock().monotonicMillis() - lastFullPassMillis >= settings.fullPassMillis()) {
            evaluator.evaluateAll();
            publisher.repeatAll(
                    parts.nodes().nodes().stream().map(node -> node.id).toList());
            fullPass();
        }
    }

    /** Reads everything that stands in the link, and lets go of what nobody needs. */
    private void fullPass() {
        lastFullPassMillis = parts.clock().monotonicMillis();
        long ofEpoch = epoch;
        link.snapshot().onComplete(answer -> {
            if (closed || ofEpoch != epoch) {
                return;
            }
            if (answer.failed()) {
                LOG.warn(
                        "nodes and reports could not be read: {}",
                        answer.cause().toString());
                return;
            }
            answer.result().registrations().forEach(parts.nodes()::registered);
            answer.result().reports().forEach(this::fold);
            forgetNodes();
            publisher
                    .retainSpecs(parts.state().documentHashes())
                    .onFailure(cause -> LOG.warn("specifications could not be tidied: {}", cause.toString()));
        });
    }

    private void forgetNodes() {
        long now = parts.clock().monotonicMillis();
        for (Node node : List.copyOf(parts.nodes().nodes())) {
            boolean empty = parts.state().liveOn(node.id) == 0;
            boolean longLost = node.state == NodeState.LOST
                    && now - node.lostAtMillis >= (node.registered ? CoreLimits.FORGET_NODE_MILLIS : 0);
            if (empty && longLost) {
                parts.nodes().forget(node.id);
                publisher.forget(node.id);
                link.forget(node.id)
                        .onFailure(cause -> LOG.warn("node {} was not forgotten: {}", node.id, cause.toString()));
            }
        }
    }

    private void readRegistration(String nodeId) {
        link.registration(nodeId).onComplete(answer -> {
            if (closed) {
                return;
            }
            if (answer.succeeded()) {
                answer.result().ifPresent(parts.nodes()::registered);
            } else {
                LOG.warn(
                        "registration of node {} could not be read: {}",
                        nodeId,
                        answer.cause().toString());
                parts.loop().after(CoreLimits.READ_RETRY_MILLIS, () -> readRegistration(nodeId));
            }
        });
    }

    /** One reading of a node's report at a time; what is told meanwhile makes one more, and so does a failure, later. */
    private void readReport(String nodeId) {
        if (!reading.add(nodeId)) {
            readAgain.add(nodeId);
            return;
        }
        link.report(nodeId).onComplete(answer -> {
            if (closed) {
                return;
            }
            if (answer.failed()) {
                LOG.warn(
                        "report of node {} could not be read: {}",
                        nodeId,
                        answer.cause().toString());
                parts.loop().after(CoreLimits.READ_RETRY_MILLIS, () -> {
                    reading.remove(nodeId);
                    readReport(nodeId);
                });
                return;
            }
            reading.remove(nodeId);
            answer.result().ifPresent(this::fold);
            if (readAgain.remove(nodeId)) {
                readReport(nodeId);
            }
        });
    }

    private void fold(Report report) {
        if (epoch != 0) {
            fold.fold(report, parts.store().clusterId());
            evaluator.wake();
        }
    }

    private void observed(Allocation allocation) {
        parts.events().observed(evaluator.event(Events.ALLOCATION_CHANGED, allocation));
        evaluator.evaluate(allocation.job());
    }

    private final class LeadershipFollower implements Leadership.Follower {
        @Override
        public void lead(long newEpoch) {
            load(newEpoch);
        }

        @Override
        public void follow(String reason) {
            LOG.warn("not leading any more: {}", reason);
            Core.this.follow();
        }
    }

    private final class CommitOutcomes implements Evaluator.Outcomes {
        @Override
        public void committed(List<ClusterEvent> events) {
            parts.events().committed(events);
        }

        @Override
        public void failed(Throwable cause) {
            leadership.stepDown(
                    cause instanceof StoreException.Fenced ? cause.getMessage() : "a commit failed: " + cause);
        }

        @Override
        public void lostOnLiveNode(Node node) {
            node.lastReport.ifPresent(Core.this::fold);
        }
    }

    private final class NodeListener implements NodeTracker.Listener {
        @Override
        public void nodeChanged(Node node, NodeState before, String reason) {
            if (epoch == 0) {
                return;
            }
            long now = parts.clock().nowMillis();
            boolean registered = reason.equals("registered");
            parts.results()
                    .event(
                            registered
                                    ? Events.nodeRegistered(node, now)
                                    : Events.nodeChanged(node, before, reason, now));
            if (registered) {
                publisher.touch(node.id);
            }
            evaluator.evaluateOn(node.id);
            evaluator.wake();
        }

        @Override
        public void capacityGrew(Node node) {
            evaluator.evaluateOn(node.id);
            evaluator.roomGrew();
        }

        @Override
        public void reportWanted(Node node) {
            readReport(node.id);
        }

        @Override
        public void replacementPaused(boolean paused, String reason) {
            LOG.warn("replacement {}: {}", paused ? "pauses" : "goes on", reason);
            if (epoch != 0) {
                parts.results()
                        .event(Events.replacement(
                                paused,
                                parts.store().clusterId(),
                                reason,
                                parts.clock().nowMillis()));
                evaluator.wake();
            }
        }
    }
}
