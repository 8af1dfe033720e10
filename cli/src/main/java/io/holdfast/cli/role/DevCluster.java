package io.holdfast.cli.role;

import io.holdfast.agent.Agent;
import io.holdfast.agent.AgentConfig;
import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.keeper.Keeper;
import io.holdfast.keeper.KeeperConfig;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.model.text.Names;
import io.holdfast.scheduler.Scheduler;
import io.holdfast.scheduler.SchedulerConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster of one node in this process: keeper, scheduler and agent, which speak to each other as they do on a fleet,
 * over the keeper's socket, the agent's line and Hazelcast.
 */
final class DevCluster {
    private static final Logger LOG = LoggerFactory.getLogger(DevCluster.class);

    /** Between two looks whether the node has registered. */
    private static final long LOOK_MILLIS = 2;

    private static final long REGISTER_MILLIS = 30_000;

    /** How long containers may take to end before they are killed. */
    private static final long DRAIN_MILLIS = 30_000;

    /** What may be asked of the one node of a developer: its owner submits the jobs. */
    private static final String POLICY = """
            # What jobs may ask of this node. holdfast dev made this file and leaves your changes alone.
            host-image: true
            host-network: true
            host-user: false
            directories: ["/"]
            """;

    private final Vertx vertx;
    private final Keeper keeper;
    private final Scheduler scheduler;
    private final Agent agent;
    private final DevPlaces places;
    private final AtomicBoolean ending = new AtomicBoolean();

    private DevCluster(Vertx vertx, Keeper keeper, Scheduler scheduler, Agent agent, DevPlaces places) {
        this.vertx = vertx;
        this.keeper = keeper;
        this.scheduler = scheduler;
        this.agent = agent;
        this.places = places;
    }

    /**
     * Starts all three and waits until the node has registered, so that a job submitted now is placed. When it fails nothing is
     * left behind.
     *
     * @throws CommandFailed for what the user can mend
     */
    static DevCluster start(DevPlaces places, int httpPort, RegistriesConfig registries) throws InterruptedException {
        boolean fresh = !Files.exists(places.dataDir());
        makeDirectories(places);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        CompletableFuture<Keeper> keeper =
                CompletableFuture.supplyAsync(() -> keeper(places), DevCluster::keeperThread);
        Future<Scheduler> scheduler = Scheduler.start(SchedulerConfig.of(places.dataDir(), httpPort), vertx);
        Future<Agent> agent = scheduler.compose(up -> Agent.start(agentConfig(places, up.url(), registries), vertx));
        try {
            // the scheduler first: its refusals name what the user has typed
            Scheduler up = Parts.await(scheduler);
            DevCluster cluster = new DevCluster(vertx, join(keeper), up, Parts.await(agent), places);
            cluster.awaitNode();
            return cluster;
        } catch (RuntimeException | InterruptedException e) {
            undo(vertx, keeper, scheduler, agent, fresh, places);
            if (fresh) {
                removeFresh(places);
            }
            throw e;
        }
    }

    private static void keeperThread(Runnable work) {
        new Thread(work, "start-keeper").start();
    }

    static KeeperConfig keeperConfig(DevPlaces places) {
        return new KeeperConfig(
                places.dataDir().resolve("keeper"),
                places.runDir(),
                places.socket(),
                places.cgroupParent(),
                places.policy(),
                "",
                0,
                KeeperConfig.DEFAULT_ID_RANGE_SIZE);
    }

    private static Keeper keeper(DevPlaces places) {
        try {
            return Parts.require("the keeper", ExitCodes.TRY_LATER, Keeper.start(keeperConfig(places)));
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.KERNEL, "the keeper cannot start on this host: " + e.getMessage());
        }
    }

    private static Keeper join(CompletableFuture<Keeper> keeper) {
        try {
            return keeper.join();
        } catch (CompletionException e) {
            throw Parts.failure(e.getCause());
        }
    }

    static AgentConfig agentConfig(DevPlaces places, String schedulerUrl, RegistriesConfig registries) {
        return new AgentConfig(
                places.dataDir().resolve("agent"),
                Names.like(HostName.ofMachine()).orElse("node"),
                List.of(URI.create(schedulerUrl)),
                places.dataDir().resolve("node-token"),
                places.socket(),
                new Capacity(0, 0, 0, 0),
                false,
                DRAIN_MILLIS,
                registries);
    }

    private static void makeDirectories(DevPlaces places) {
        try {
            Files.createDirectories(
                    places.dataDir(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.exists(places.policy())) {
                places.writePolicy(POLICY);
            }
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCodes.CANNOT_CREATE,
                    "data-dir " + places.dataDir() + " cannot be made or written (" + e.getMessage()
                            + "): choose another with --data-dir");
        }
    }

    private void awaitNode() throws InterruptedException {
        Promise<Void> registered = Promise.promise();
        long before = vertx.setTimer(
                REGISTER_MILLIS,
                timer -> registered.tryFail(new CommandFailed(
                        ExitCodes.UNAVAILABLE,
                        "the node did not register within " + REGISTER_MILLIS / 1000 + " s; the log says why")));
        scheduler.context().runOnContext(run -> look(registered));
        Parts.await(registered.future());
        vertx.cancelTimer(before);
    }

    private void look(Promise<Void> registered) {
        boolean ready = scheduler.view().nodes().stream()
                .anyMatch(node -> node.state() == NodeState.READY
                        && node.registration().nodeId().equals(agent.nodeId()));
        if (ready) {
            registered.tryComplete();
        } else if (!registered.future().isComplete()) {
            vertx.setTimer(LOOK_MILLIS, timer -> scheduler.context().runOnContext(run -> look(registered)));
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    DevPlaces places() {
        return places;
    }

    /**
     * Ends all containers, each with its task's grace, then the parts. The scheduler goes first, or it would replace what ends;
     * its jobs stay stored.
     */
    void stop() throws InterruptedException {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        step("the scheduler", scheduler.close());
        step("the containers", agent.drain());
        step("the agent", agent.close());
        step("vert.x", vertx.close());
        removeAll();
    }

    /** Ends everything at once, from whichever thread and state: for who asks twice. */
    void kill() {
        removeAll();
    }

    private void removeAll() {
        try {
            keeper.closeAndRemoveAll();
            Files.deleteIfExists(places.socket());
            places.removeRunDirectory();
        } catch (IOException e) {
            LOG.error("not everything of {} is removed", places.runDir(), e);
        }
    }

    /** One part that does not end in order does not keep the others from it. */
    private static void step(String what, Future<?> end) throws InterruptedException {
        try {
            Parts.await(end);
        } catch (RuntimeException e) {
            LOG.warn("{} did not end in order: {}", what, e.getMessage());
        }
    }

    private static void undo(
            Vertx vertx,
            CompletableFuture<Keeper> keeper,
            Future<Scheduler> scheduler,
            Future<Agent> agent,
            boolean fresh,
            DevPlaces places)
            throws InterruptedException {
        step("the agent", agent.transform(up -> up.succeeded() ? up.result().close() : Future.succeededFuture()));
        step(
                "the scheduler",
                scheduler.transform(up -> up.succeeded() ? up.result().close() : Future.succeededFuture()));
        step("vert.x", vertx.close());
        Keeper started = keeper.handle((up, failure) -> up).join();
        if (started == null) {
            return;
        }
        if (!fresh && !started.isEmpty()) {
            // containers of an earlier dev on this directory are its user's still: they are left running
            started.close();
            return;
        }
        try {
            started.closeAndRemoveAll();
            Files.deleteIfExists(places.socket());
            places.removeRunDirectory();
        } catch (IOException e) {
            LOG.error("not everything of a refused start is removed", e);
        }
    }

    /** A refused start leaves no directory that was not there before. */
    private static void removeFresh(DevPlaces places) {
        try {
            Files.deleteIfExists(places.socket());
            places.removeRunDirectory();
            DevPlaces.removeTree(places.dataDir());
        } catch (IOException e) {
            LOG.error("not everything of a refused start is removed", e);
        }
    }
}
