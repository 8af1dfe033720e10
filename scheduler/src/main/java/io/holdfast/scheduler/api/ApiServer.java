package io.holdfast.scheduler.api;

import io.holdfast.model.Clock;
import io.holdfast.model.IdSource;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.job.JobDecoder;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.NodeImages;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.Commands;
import io.holdfast.scheduler.core.EventFeed;
import io.holdfast.scheduler.core.NodeLeases;
import io.holdfast.scheduler.dashboard.Dashboard;
import io.holdfast.scheduler.line.LineServer;
import io.holdfast.scheduler.line.NodeLookup;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The scheduler's HTTP server: API, agents' lines, metrics, page. It has an event loop of its own; everything of the core is
 * called on {@code core}.
 *
 * <pre>{@code
 * Metrics metrics = new Metrics();                       // the core counts in metrics.registry()
 * ApiServer api = new ApiServer(vertx, core, view, commands, feed, leases, settings, clock, ids, metrics);
 *                                                        // early: it reads the contract while other things start
 * api.listen("127.0.0.1", 7470)                          // Future of the port; CannotListen has a message for the user
 *     ...
 * api.close();                                           // before the core's parts, so that nobody calls them any more
 * }</pre>
 */
public final class ApiServer {
    /** Requests that run when the server closes have this long to end. */
    private static final long GRACE_MILLIS = 2_000;

    private static final int MAX_INITIAL_LINE_BYTES = 4 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    private final Vertx vertx;
    private final Context core;
    private final ClusterView view;
    private final Commands commands;
    private final ApiSettings settings;
    private final Answers answers;
    private final CoreCalls calls;
    private final EventRoutes events;
    private final LineServer lines;
    private final Metrics metrics;
    private final Future<Loaded> loaded;

    private String deployment = "";
    private volatile Context own;
    private HttpServer server;
    private long lagOfServer;
    private long lagOfCore;

    private record Loaded(Contract contract, Dashboard dashboard, byte[] jobSchema) {}

    /**
     * @param core where view, commands, feed and leases are to be called
     * @param ids random: they name streams and faults
     */
    public ApiServer(
            Vertx vertx,
            Context core,
            ClusterView view,
            Commands commands,
            EventFeed feed,
            NodeLeases leases,
            ApiSettings settings,
            Clock clock,
            IdSource ids,
            Metrics metrics) {
        this.vertx = vertx;
        this.core = core;
        this.view = view;
        this.commands = commands;
        this.settings = settings;
        this.metrics = metrics;
        this.answers = new Answers(ids);
        this.calls = new CoreCalls(vertx, core, view);
        this.events = new EventRoutes(vertx, core, calls, feed);
        this.lines = new LineServer(vertx, core, view, leases, settings.line(), clock, ids);
        this.loaded = vertx.executeBlocking(
                () -> new Loaded(
                        Contract.load(), Dashboard.load(), Resources.bytes(JobDecoder.class, "job.schema.json")),
                false);
    }

    /**
     * @param host of the loopback: while one token is all the access control there is, others are refused
     * @param port 0 for any that is free
     * @return the port; fails with {@link CannotListen}
     */
    public Future<Integer> listen(String host, int port) {
        if (!Gate.loopback(host)) {
            return Future.failedFuture(new CannotListen("listening on " + host
                    + " is refused, since everybody there could reach it: use 127.0.0.1 and a tunnel"));
        }
        return loaded.compose(parts -> {
            Promise<Integer> bound = Promise.promise();
            // a deployment has an event loop of its own, apart from the core's
            return vertx.deployVerticle(
                            context -> serve(context, parts, host, port).onComplete(bound))
                    .onSuccess(id -> deployment = id)
                    .compose(id -> bound.future());
        });
    }

    /** To be called on the core's context: asks a node what a tag stands for, once this listens. */
    public Future<NodeImages.Resolved> resolve(String nodeId, String reference) {
        return own == null
                ? Future.failedFuture(new NodeStreams.NodeUnreachable("this scheduler does not listen yet"))
                : new NodeLookup(core, own, lines.streams()).resolve(nodeId, reference);
    }

    private Future<Integer> serve(Context context, Loaded parts, String host, int port) {
        own = context;
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(MAX_INITIAL_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxWebSocketFrameSize(LineMessage.MAX_BYTES)
                        .setMaxWebSocketMessageSize(LineMessage.MAX_BYTES)
                        .setWebSocketSubProtocols(List.of(ExecFrame.SUBPROTOCOL))
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false))
                .requestHandler(router(parts))
                .invalidRequestHandler(request -> Rejections.answer(request));
        return server.listen(port, host)
                .map(listening -> {
                    events.start();
                    lines.start();
                    countWhatIsOpen();
                    lagOfServer = metrics.probeLag(vertx, own, "http");
                    lagOfCore = metrics.probeLag(vertx, core, "core");
                    return listening.actualPort();
                })
                .recover(cause -> Future.failedFuture(cannotListen(cause, host, port)));
    }

    private void countWhatIsOpen() {
        metrics.gauge("holdfast.lines", "nodes with a line to this scheduler", lines, LineServer::lineCount);
        metrics.gauge(
                "holdfast.streams", "streams from agents, those asked for included", lines, LineServer::streamCount);
        metrics.gauge("holdfast.event.readers", "readers of the event stream", events, EventRoutes::readerCount);
    }

    private static Throwable cannotListen(Throwable cause, String host, int port) {
        if (cause instanceof BindException) {
            return new CannotListen("port " + port + " on " + host
                    + " cannot be listened on, something else may: end that, or choose another port ("
                    + cause.getMessage() + ")");
        }
        return cause;
    }

    private Router router(Loaded parts) {
        Router router = Router.router(vertx);
        router.route().handler(metrics::time);
        router.route().handler(http -> Gate.check(http, server.actualPort()));
        router.get(LineMessage.PATH).handler(this::line);
        router.get(LineMessage.STREAMS_PATH + ":stream").handler(this::stream);
        Map<String, Function<Call, Future<?>>> handlers = new HashMap<>();
        handlers.putAll(new JobRoutes(vertx, calls, view, commands).handlers());
        handlers.putAll(new AllocationRoutes(calls).handlers());
        Targets targets = new Targets(calls);
        NodeStreams streams = lines.streams();
        handlers.putAll(new LogRoutes(vertx, targets, streams).handlers());
        handlers.putAll(new StatsRoutes(calls, targets, new UsageReader(vertx, streams)).handlers());
        handlers.putAll(new ControlRoutes(calls, commands, targets, streams).handlers());
        handlers.putAll(new ExecRoutes(vertx, calls, commands, targets, streams).handlers());
        handlers.putAll(new NodeRoutes(calls).handlers());
        handlers.putAll(new RepackingRoutes(vertx, calls).handlers());
        handlers.putAll(new ImageRoutes(calls, streams).handlers());
        handlers.putAll(new ImportRoutes(vertx, calls, streams).handlers());
        handlers.putAll(events.handlers());
        handlers.putAll(new ClusterRoutes(calls, view, metrics, parts.contract(), parts.jobSchema(), settings.version())
                .handlers());
        new ContractRouter(parts.contract(), settings.userToken(), answers).mount(router, handlers);
        parts.dashboard().mount(router);
        Rejections.mount(router, answers);
        return router;
    }

    private void line(RoutingContext http) {
        if (admitsNode(http)) {
            lines.accept(http.request());
        }
    }

    private void stream(RoutingContext http) {
        if (admitsNode(http) && !lines.acceptStream(http.request(), http.pathParam("stream"))) {
            Answers.problem(http, Problem.of(ErrorCode.NOT_FOUND, "nobody waits for this stream"));
        }
    }

    private boolean admitsNode(RoutingContext http) {
        if (!settings.nodeToken().admits(http.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            Answers.problem(
                    http,
                    Problem.of(
                            ErrorCode.UNAUTHENTICATED,
                            "the node token is needed: the scheduler's data directory has it"));
            return false;
        }
        if (!"websocket".equalsIgnoreCase(http.request().getHeader(HttpHeaders.UPGRADE))) {
            Answers.problem(http, Problem.of(ErrorCode.BAD_REQUEST, "this is an agent's way in: it takes WebSockets"));
            return false;
        }
        return true;
    }

    /** What was handed to the core's context before this has run there once this completes: a context keeps the order. */
    private Future<Void> coreHasHeardAll() {
        return calls.call(Future::succeededFuture);
    }

    /** Ends streams and lines, lets running requests end for a moment, then closes. Fine when it never listened. */
    public Future<Void> close() {
        if (deployment.isEmpty()) {
            return loaded.otherwiseEmpty().mapEmpty();
        }
        String id = deployment;
        deployment = "";
        Promise<Void> stopped = Promise.promise();
        // its own loop stops what lives there
        own.runOnContext(run -> {
            vertx.cancelTimer(lagOfServer);
            vertx.cancelTimer(lagOfCore);
            events.stop();
            lines.stop();
            server.shutdown(GRACE_MILLIS, TimeUnit.MILLISECONDS).onComplete(stopped);
        });
        return stopped.future()
                .otherwiseEmpty()
                .eventually(() -> vertx.undeploy(id))
                .eventually(this::coreHasHeardAll);
    }
}
