package io.holdfast.scheduler;

import io.holdfast.cluster.MemberConfigs;
import io.holdfast.model.Clock;
import io.holdfast.model.IdSource;
import io.holdfast.model.RandomIds;
import io.holdfast.model.SystemClock;
import io.holdfast.model.line.NodeImages;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.scheduler.api.ApiServer;
import io.holdfast.scheduler.api.ApiSettings;
import io.holdfast.scheduler.api.CannotListen;
import io.holdfast.scheduler.api.Metrics;
import io.holdfast.scheduler.auth.BearerToken;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.Core;
import io.holdfast.scheduler.line.LineSettings;
import io.holdfast.scheduler.loop.VertxLoop;
import io.holdfast.scheduler.publish.HazelcastLink;
import io.holdfast.scheduler.store.SqliteStore;
import io.holdfast.scheduler.store.Store;
import io.holdfast.scheduler.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler in this process: store, tokens, Hazelcast member, core, HTTP server. Started in the order that lets what
 * is slow go on at once: the store first, for it knows the cluster's id, then Hazelcast, the lead and the HTTP contract together.
 * Ended the other way round, each before what it uses.
 *
 * <pre>{@code
 * Scheduler.start(SchedulerConfig.of(dataDir, 7470), vertx)
 *         .onSuccess(scheduler -> out.println("ready " + scheduler.url()))
 *         .onFailure(cause -> err.println(cause.getMessage()));      // StartRefused: the user's to mend
 * }</pre>
 */
public final class Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    private final SchedulerConfig config;
    private final Vertx vertx;
    private final Context context;
    private final Store store;
    private final Tokens tokens;

    private Optional<HazelcastLink> link = Optional.empty();
    private Optional<Core> core = Optional.empty();
    private Optional<ApiServer> api = Optional.empty();
    private String deployment = "";
    private int httpPort;
    private Optional<Future<Void>> closed = Optional.empty();

    private Scheduler(SchedulerConfig config, Vertx vertx, Context context, Store store, Tokens tokens) {
        this.config = config;
        this.vertx = vertx;
        this.context = context;
        this.store = store;
        this.tokens = tokens;
    }

    /**
     * Starts one. The future completes once jobs can be submitted; when it fails, nothing is left behind, and {@link
     * StartRefused} has a message for the user.
     */
    public static Future<Scheduler> start(SchedulerConfig config, Vertx vertx) {
        Promise<Scheduler> begun = Promise.promise();
        // deployed for an event loop of the core's own: whoever starts a scheduler does other things on theirs
        return vertx.deployVerticle(context -> begin(config, vertx, context).onComplete(begun))
                .map(id -> {
                    Scheduler scheduler = begun.future().result();
                    scheduler.deployment = id;
                    return scheduler;
                });
    }

    private static Future<Scheduler> begin(SchedulerConfig config, Vertx vertx, Context context) {
        Clock clock = SystemClock.INSTANCE;
        IdSource ids = new RandomIds(new SecureRandom());
        return vertx.executeBlocking(() -> SqliteStore.open(config.dataDir(), vertx, ids, clock.nowMillis()), false)
                .recover(cause -> Future.failedFuture(
                        cause instanceof StoreException ? new StartRefused(cause.getMessage()) : cause))
                .compose(store -> vertx.executeBlocking(() -> Tokens.in(config.dataDir()), false)
                        .map(tokens -> new Scheduler(config, vertx, context, store, tokens))
                        .recover(cause -> store.close().otherwiseEmpty().compose(over -> Future.failedFuture(cause))))
                .compose(scheduler -> scheduler
                        .begin(clock, ids)
                        .recover(cause -> scheduler.closeAll().compose(over -> Future.failedFuture(asRefusal(cause))))
                        .map(scheduler));
    }

    private Future<Void> begin(Clock clock, IdSource ids) {
        VertxLoop loop = new VertxLoop(context);
        HazelcastLink member =
                HazelcastLink.start(MemberConfigs.alone(store.clusterId(), config.hazelcastPort()), loop);
        link = Optional.of(member);
        // the store's lock says that no other scheduler is alive on it: the lead is ours at once, also when the one
        // before was killed and its lease has not run out
        String holder = "scheduler-" + store.clusterId();
        Core heart =
                new Core(config.core(), store, member, this::resolve, new BestFitEngine(), loop, clock, ids, holder);
        core = Optional.of(heart);
        ApiServer server = new ApiServer(
                vertx,
                context,
                heart.view(),
                heart.commands(),
                heart.events(),
                heart.leases(),
                new ApiSettings(
                        new BearerToken(tokens.user()),
                        new BearerToken(tokens.node()),
                        version(),
                        () -> new LineSettings(member.clusterName(), member.addresses())),
                clock,
                ids,
                new Metrics());
        api = Optional.of(server);
        return Future.all(heart.start(), member.started())
                .compose(up -> server.listen(config.httpHost(), config.httpPort()))
                .map(port -> {
                    httpPort = port;
                    return null;
                });
    }

    /** Over the lines of the server, which comes after the core. */
    private Future<NodeImages.Resolved> resolve(String nodeId, String reference) {
        return api.orElseThrow().resolve(nodeId, reference);
    }

    private static Throwable asRefusal(Throwable cause) {
        return cause instanceof CannotListen || cause instanceof HazelcastLink.CannotJoin
                ? new StartRefused(cause.getMessage())
                : cause;
    }

    private static String version() {
        return Optional.ofNullable(Scheduler.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Where users and agents find it: {@code http://127.0.0.1:7470}. */
    public String url() {
        String host = config.httpHost().contains(":") ? "[" + config.httpHost() + "]" : config.httpHost();
        return "http://" + host + ":" + httpPort;
    }

    public int httpPort() {
        return httpPort;
    }

    /** What users show as bearer; stands in {@code DATA_DIR/token} too. */
    public String token() {
        return tokens.user();
    }

    /** What agents show as bearer; stands in {@code DATA_DIR/node-token} too. */
    public String nodeToken() {
        return tokens.node();
    }

    /** To be called on {@link #context} only. */
    public ClusterView view() {
        return core.orElseThrow().view();
    }

    /** The core's. */
    public Context context() {
        return context;
    }

    /** Ends it in order: the server first, so that nobody asks, the store last. What runs on the nodes runs on. */
    public Future<Void> close() {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(run -> {
            if (closed.isEmpty()) {
                closed = Optional.of(closeAll());
            }
            closed.get().onComplete(promise);
        });
        return promise.future().eventually(() -> vertx.undeploy(deployment).otherwiseEmpty());
    }

    private Future<Void> closeAll() {
        return step("the server", () -> api.map(ApiServer::close).orElseGet(Future::succeededFuture))
                .compose(done -> step("the core", () -> core.map(Core::close).orElseGet(Future::succeededFuture)))
                .compose(done ->
                        step("hazelcast", () -> link.map(HazelcastLink::close).orElseGet(Future::succeededFuture)))
                .compose(done -> step("the store", store::close));
    }

    /** One that fails to end does not keep the others from it. */
    private Future<Void> step(String what, Supplier<Future<Void>> end) {
        Promise<Void> ended = Promise.promise();
        try {
            end.get().onComplete(answer -> {
                if (answer.failed()) {
                    LOG.warn("{} did not end in order: {}", what, answer.cause().toString());
                }
                context.runOnContext(run -> ended.complete());
            });
        } catch (RuntimeException e) {
            LOG.warn("{} did not end in order: {}", what, e.toString());
            ended.complete();
        }
        return ended.future();
    }
}
