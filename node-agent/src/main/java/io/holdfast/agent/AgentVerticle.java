package io.holdfast.agent;

import io.holdfast.agent.cluster.ClusterLink;
import io.holdfast.agent.cluster.ManifestGate;
import io.holdfast.agent.disk.DataDir;
import io.holdfast.agent.disk.Identity;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.registry.Pacing;
import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.agent.line.Lease;
import io.holdfast.agent.line.Line;
import io.holdfast.agent.line.LineConfig;
import io.holdfast.agent.line.Streams;
import io.holdfast.agent.pull.ImageSources;
import io.holdfast.agent.pull.ImageView;
import io.holdfast.agent.pull.Imports;
import io.holdfast.agent.pull.KnownImages;
import io.holdfast.agent.pull.LayerKeeper;
import io.holdfast.agent.pull.PullWorkers;
import io.holdfast.agent.pull.Pulls;
import io.holdfast.agent.pull.Removals;
import io.holdfast.agent.pull.TagLookups;
import io.holdfast.agent.reconcile.Remembered;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the parts of an agent to each other; all of them live on this verticle's event loop. */
final class AgentVerticle extends VerticleBase implements KeeperClient.Listener, Line.Listener, ClusterLink.Listener {

    /** A keeper that is away for less, as in an upgrade, is not told to the cluster. */
    static final long KEEPER_AWAY_TOLD_MILLIS = 1_000;

    /** The keeper is asked every so often what its cgroup allows. */
    static final long FACTS_INTERVAL_MILLIS = 60_000;

    /** Between two looks at which layers are there: what has changed is told no more often. */
    static final long LAYERS_INTERVAL_MILLIS = 10_000;

    /** Between two looks at how far the disk of images is filled. */
    static final long IMAGE_CARE_INTERVAL_MILLIS = 30_000;

    /** Between two looks at how far a drain has come. */
    static final long DRAIN_LOOK_MILLIS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(AgentVerticle.class);

    private final AgentConfig config;
    private final Surroundings surroundings;
    private final String version = Optional.ofNullable(Agent.class.getPackage().getImplementationVersion())
            .orElse("0.1.0");

    private WorkerExecutor disk;
    private DataDir dataDir;
    private volatile Identity identity = new Identity("", "", 0, 0);
    private Memory memory;
    private KeeperClient keeper;
    private KeeperClient logKeeper;
    private ClusterLink cluster;
    private Line line;
    private Streams streams;
    private Pulls pulls;
    private NodeLoop loop;
    private NodeAsks nodeAsks;

    private final Lease lease = new Lease();
    private Reply.Hello hello;
    private NodeRegistration registration;
    private List<AllocationReport> reported;
    private Report lastReport;
    /** Counts the leases: each time one is had anew after a gap. */
    private long leases;

    /** During which of them the manifest that is followed was asked for. */
    private long manifestLease;

    private String lastRefusal = "";
    private Future<?> identityWrites = Future.succeededFuture();
    private boolean closing;

    AgentVerticle(AgentConfig config, Surroundings surroundings) {
        this.config = config;
        this.surroundings = surroundings;
    }

    AgentConfig settings() {
        return config;
    }

    String nodeId() {
        return identity.nodeId();
    }

    void onContext(Runnable task) {
        context.runOnContext(now -> task.run());
    }

    private record Opened(
            DataDir dataDir,
            Identity identity,
            Map<String, Remembered> allocations,
            KnownImages images,
            Path imports) {}

    @Override
    public Future<?> start() {
        // one thread: writes keep their order
        disk = vertx.createSharedWorkerExecutor("holdfast-agent-disk-" + System.identityHashCode(this), 1);
        return disk.executeBlocking(this::open).onSuccess(this::begin).onFailure(trouble -> disk.close());
    }

    private Opened open() {
        DataDir opened = DataDir.open(config.dataDir());
        try {
            Identity started =
                    opened.start(surroundings.ids(), surroundings.clock().nowMillis());
            return new Opened(opened, started, opened.allocations(), opened.images(), opened.imports());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void begin(Opened opened) {
        dataDir = opened.dataDir();
        identity = opened.identity();
        memory = new Memory(vertx, disk, dataDir, opened.allocations());
        keeper = new KeeperClient(vertx, config.keeperSocket(), true, this);
        logKeeper = new KeeperClient(vertx, config.keeperSocket(), false, new Quiet());
        cluster = new ClusterLink(vertx, identity.nodeId(), config.name(), () -> leases, this);
        PullWorkers workers = new PullWorkers(vertx, "holdfast-agent-images-" + System.identityHashCode(this));
        pulls = new Pulls(
                vertx,
                surroundings.clock(),
                workers,
                images(Pacing.DEFAULT),
                config.keeperSocket(),
                opened.images(),
                this::keepImages,
                () -> loop.look());
        loop = new NodeLoop(
                vertx,
                surroundings.clock(),
                config.name(),
                keeper,
                cluster,
                memory,
                pulls,
                this::mayStart,
                this::report);
        Removals removals = new Removals(pulls, new KeeperLayers(keeper), surroundings.clock(), loop::imageUse);
        ImageView view = new ImageView(pulls, loop::imageUse);
        TagLookups tags = new TagLookups(workers, images(Pacing.LOOKUP), pulls);
        nodeAsks = new NodeAsks(pulls, view, removals, tags, version);
        Imports imports = new Imports(vertx, opened.imports(), ImageSources.archives(), workers, pulls, removals);
        vertx.setPeriodic(IMAGE_CARE_INTERVAL_MILLIS, tick -> relieve(removals));
        KeeperUsage usage = new KeeperUsage(logKeeper, loop::taskOf, loop::paused);
        streams = new Streams(vertx, logKeeper, loop::runs, usage::of, new NodeImports(imports, view));
        loop.watch(streams::look);
        line = new Line(
                vertx,
                new LineConfig(config.schedulers(), config.nodeTokenFile(), identity.nodeId(), config.name(), version),
                () -> identity.clusterId(),
                surroundings.bootClock(),
                surroundings.random(),
                this);
        vertx.setPeriodic(FACTS_INTERVAL_MILLIS, tick -> askFacts());
        vertx.setPeriodic(LAYERS_INTERVAL_MILLIS, tick -> tellLayers());
        LOG.info("node {} ({}), data in {}", config.name(), identity.nodeId(), config.dataDir());
        keeper.start();
        logKeeper.start();
        line.start();
    }

    private ImageSource images(Pacing pacing) {
        return ImageSources.open(config.registries(), pacing, surroundings.clock(), surroundings.random());
    }

    @Override
    public Future<?> stop() {
        closing = true;
        if (loop == null) {
            return Future.succeededFuture();
        }
        line.close();
        streams.closeAll();
        loop.close();
        pulls.close();
        cluster.close();
        keeper.close();
        logKeeper.close();
        return memory.flush()
                .eventually(() -> identityWrites.otherwiseEmpty())
                .eventually(() -> disk.executeBlocking(() -> {
                    dataDir.close();
                    return null;
                }))
                .eventually(disk::close);
    }

    AgentHealth health() {
        long nowMillis = surroundings.bootClock().nowMillis();
        return new AgentHealth(
                identity.nodeId(),
                identity.clusterId(),
                line.up(),
                cluster.online(),
                keeper.ready(),
                lease.leftMillis(nowMillis),
                loop.manifest().epoch(),
                loop.manifest().revision());
    }

    Future<Boolean> drain() {
        Promise<Boolean> drained = Promise.promise();
        long untilMillis = surroundings.clock().monotonicMillis() + config.drainTimeoutMillis();
        loop.drain();
        vertx.setPeriodic(DRAIN_LOOK_MILLIS, timer -> {
            boolean told = !cluster.online() || cluster.settled();
            if (loop.quiet() && told) {
                vertx.cancelTimer(timer);
                drained.complete(true);
            } else if (surroundings.clock().monotonicMillis() > untilMillis) {
                vertx.cancelTimer(timer);
                LOG.warn("the node is not drained after {} ms", config.drainTimeoutMillis());
                drained.complete(false);
            }
        });
        return drained.future();
    }

    // the keeper

    @Override
    public void connected(Reply.Hello said) {
        LOG.info("keeper {} answers at {}", said.version(), config.keeperSocket());
        hello = said;
        register(true);
        prolong();
        loop.relistLayers();
        loop.relist();
    }

    @Override
    public void disconnected(String why) {
        LOG.warn("the keeper went away: {}", why);
        loop.keeperLost();
        vertx.setTimer(KEEPER_AWAY_TOLD_MILLIS, over -> {
            if (!keeper.ready() && !closing) {
                register(false);
            }
        });
    }

    @Override
    public void event() {
        loop.relist();
    }

    private void askFacts() {
        if (keeper.ready()) {
            keeper.hello().onSuccess(said -> {
                hello = said;
                register(true);
            });
        }
    }

    private void tellLayers() {
        if (keeper.ready() && hello != null) {
            register(true);
        }
    }

    private void register(boolean ready) {
        NodeRegistration now = NodeFacts.registration(
                identity.nodeId(), config, hello, ready, version, identity.incarnation(), pulls.layerHashes());
        if (!now.equals(registration)) {
            registration = now;
            cluster.registration(now);
        }
    }

    /** The keeper's deadline ends when the lease does, less the margin. */
    private void prolong() {
        long leftMillis = lease.leftMillis(surroundings.bootClock().nowMillis());
        if (leftMillis > 0 && keeper.ready()) {
            keeper.done(new Request.Renew(leftMillis))
                    .onFailure(trouble -> LOG.warn("the keeper's deadline was not moved: {}", trouble.getMessage()));
        }
    }

    // the line

    @Override
    public String welcome(LineMessage.Welcome welcome) {
        if (!identity.clusterId().isEmpty() && !identity.clusterId().equals(welcome.clusterId())) {
            return "it is of cluster " + welcome.clusterId() + ", this node follows " + identity.clusterId()
                    + ": give it another data-dir to join the other";
        }
        if (welcome.clusterId().isEmpty()) {
            return "it names no cluster";
        }
        Future<?> known =
                identity.clusterId().isEmpty() ? keep(identity.follow(welcome.clusterId())) : Future.succeededFuture();
        known.onSuccess(kept -> cluster.join(welcome.hazelcastCluster(), welcome.hazelcast()));
        return "";
    }

    @Override
    public void renewed(long sentAtMillis, long leaseMillis) {
        long nowMillis = surroundings.bootClock().nowMillis();
        boolean held = lease.held(nowMillis);
        if (lease.renewed(sentAtMillis, leaseMillis, nowMillis) > 0) {
            prolong();
        }
        if (!held) {
            leases++;
            cluster.look(); // others may have been given our place while it was not held
        }
    }

    @Override
    public void lost(String why) {
        // everything runs on; the lease runs out by itself
    }

    @Override
    public void openStream(LineMessage open) {
        streams.open(line, open);
    }

    @Override
    public void closeStream(String streamId) {
        streams.close(streamId);
    }

    @Override
    public void asked(LineMessage.Ask ask) {
        Request request;
        if (LineMessage.Ask.PAUSE.equals(ask.action())) {
            request = new Request.PauseSandbox(ask.allocationId());
        } else if (LineMessage.Ask.RESUME.equals(ask.action())) {
            request = new Request.ResumeSandbox(ask.allocationId());
        } else {
            line.answer(new LineMessage.Answer(
                    ask.askId(), "unsupported", "this agent, " + version + ", does not know " + ask.action()));
            return;
        }
        keeper.done(request).onComplete(done -> {
            if (done.succeeded()) {
                LOG.info("{} of allocation {}, as asked", ask.action(), ask.allocationId());
                loop.relist(); // so that it is told at once
                line.answer(new LineMessage.Answer(ask.askId(), "", ""));
            } else {
                String code = done.cause() instanceof KeeperException refused ? refused.code() : "internal";
                line.answer(
                        new LineMessage.Answer(ask.askId(), code, done.cause().getMessage()));
            }
        });
    }

    @Override
    public void askedNode(LineMessage.AskNode ask) {
        nodeAsks.answer(ask).onSuccess(line::answer);
    }

    /** Whether what must never run twice may be started: the lease is held, and the manifest is no older than it. */
    private boolean mayStart() {
        return lease.held(surroundings.bootClock().nowMillis()) && manifestLease == leases;
    }

    // the cluster

    @Override
    public void manifest(Manifest candidate, long mark) {
        ManifestGate.Verdict verdict =
                ManifestGate.judge(identity.clusterId(), identity.epochSeen(), loop.manifest(), candidate);
        if (verdict instanceof ManifestGate.Verdict.Refused refused) {
            if (!refused.reason().equals(lastRefusal)) {
                LOG.warn("a manifest is refused: {}", refused.reason());
            }
            lastRefusal = refused.reason();
            return;
        }
        lastRefusal = "";
        Future<?> fenced =
                candidate.epoch() > identity.epochSeen() ? keep(identity.sawEpoch(candidate.epoch())) : identityWrites;
        fenced.onSuccess(kept -> {
            if (closing) {
                return;
            }
            manifestLease = Math.max(manifestLease, mark);
            Manifest present = loop.manifest();
            boolean newer = candidate.epoch() > present.epoch()
                    || candidate.epoch() == present.epoch() && candidate.revision() > present.revision();
            if (newer) {
                loop.follow(candidate);
            } else {
                loop.look();
            }
        });
    }

    @Override
    public void lookAgain() {
        loop.look();
    }

    private void relieve(Removals removals) {
        if (keeper.ready()) {
            removals.relieve()
                    .onFailure(
                            trouble -> LOG.warn("the disk of images was not looked after: {}", trouble.getMessage()));
        }
    }

    private Future<?> keepImages(KnownImages images) {
        return disk.executeBlocking(() -> {
                    dataDir.writeImages(images);
                    return null;
                })
                .onFailure(trouble -> LOG.error("images are not remembered on disk: {}", trouble.getMessage()));
    }

    /** On disk before anything is done in its name. */
    private Future<?> keep(Identity next) {
        identity = next;
        identityWrites = disk.executeBlocking(() -> {
                    dataDir.write(next);
                    return null;
                })
                .onFailure(trouble -> LOG.error("what this node follows is not on disk: {}", trouble.getMessage()));
        return identityWrites;
    }

    private void report(List<AllocationReport> allocations) {
        Manifest manifest = loop.manifest();
        boolean same = lastReport != null
                && allocations.equals(reported)
                && lastReport.manifestRevision() == manifest.revision()
                && lastReport.epochSeen() == identity.epochSeen()
                && lastReport.clusterId().equals(identity.clusterId());
        if (same || identity.clusterId().isEmpty()) {
            return;
        }
        reported = allocations;
        lastReport = new Report(
                identity.nodeId(),
                identity.clusterId(),
                identity.epochSeen(),
                manifest.revision(),
                identity.incarnation(),
                lastReport == null ? 1 : lastReport.revision() + 1,
                allocations);
        cluster.report(lastReport);
    }

    private record KeeperLayers(KeeperClient keeper) implements LayerKeeper {
        @Override
        public Future<Reply.Layers> layers() {
            return keeper.layers();
        }

        @Override
        public Future<Reply.LayersRemoved> remove(List<String> diffIds) {
            return keeper.removeLayers(diffIds);
        }
    }

    /** Of the connection that only reads logs nothing needs to be known: reads fail and are repeated. */
    private static final class Quiet implements KeeperClient.Listener {
        @Override
        public void connected(Reply.Hello hello) {}

        @Override
        public void disconnected(String why) {}

        @Override
        public void event() {}
    }
}
