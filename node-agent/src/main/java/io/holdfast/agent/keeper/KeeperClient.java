package io.holdfast.agent.keeper;

import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the keeper, made anew whenever it is lost. Requests while there is none fail at once; an answer that does
 * not come in time fails its request, and its frame is ignored when it comes after all.
 *
 * <p>Vert.x's NIO transport speaks unix sockets by the JDK itself (JEP 380): no native library.
 */
public final class KeeperClient {
    static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    static final long HELLO_TIMEOUT_MILLIS = 5_000;

    /** The longest a call may take that neither starts nor waits for anything. */
    public static final long CALL_TIMEOUT_MILLIS = 10_000;

    /** Making a sandbox and executing a program takes milliseconds; a machine in distress gets a minute. */
    public static final long START_TIMEOUT_MILLIS = 60_000;

    /** What a call may take beyond the time that it asks the keeper to wait. */
    public static final long WAIT_MARGIN_MILLIS = 15_000;

    /** More requests without an answer are refused. */
    public static final int MAX_IN_FLIGHT = 512;

    static final long FIRST_RETRY_MILLIS = 20;
    static final long LONGEST_RETRY_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(KeeperClient.class);

    /** What the owner is told, on the client's context. */
    public interface Listener {

        /** Also after a loss: look at everything. */
        void connected(Reply.Hello hello);

        void disconnected(String why);

        /** Something happened that {@code list} tells more of. */
        void event();
    }

    private record Pending(Class<? extends Reply> type, Promise<Reply> promise, long timer) {}

    private final Vertx vertx;
    private final SocketAddress address;
    private final boolean watch;
    private final Listener listener;
    private final NetClient net;
    private final Map<Long, Pending> pending = new HashMap<>();

    private NetSocket socket;
    private boolean ready;
    private boolean closed;
    private long nextId = 1;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private String lastTrouble = "";

    /**
     * To be made and used on one context.
     *
     * @param watch whether to be told events
     */
    public KeeperClient(Vertx vertx, Path socketPath, boolean watch, Listener listener) {
        this.vertx = vertx;
        this.address = SocketAddress.domainSocketAddress(socketPath.toString());
        this.watch = watch;
        this.listener = listener;
        this.net = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
    }

    /** Dials; {@link Listener#connected} follows, at once or when there is a keeper. */
    public void start() {
        dial();
    }

    public boolean ready() {
        return ready;
    }

    public void close() {
        closed = true;
        ready = false;
        failAll(new KeeperException(KeeperException.UNREACHABLE, "the agent is closing"));
        if (socket != null) {
            socket.close();
        }
        net.close();
    }

    public Future<Reply.Done> done(Request request) {
        return send(request, Reply.Done.class, timeoutMillis(request));
    }

    public Future<Reply.Started> start(Request.StartContainer request) {
        return send(request, Reply.Started.class, timeoutMillis(request));
    }

    public Future<Reply.Sandboxes> list() {
        return send(new Request.List(), Reply.Sandboxes.class, CALL_TIMEOUT_MILLIS);
    }

    public Future<Reply.Layers> layers() {
        return send(new Request.ListLayers(), Reply.Layers.class, CALL_TIMEOUT_MILLIS);
    }

    /** Those that a container stands on stay. */
    public Future<Reply.LayersRemoved> removeLayers(List<String> diffIds) {
        Request.RemoveLayers request = new Request.RemoveLayers(diffIds);
        return send(request, Reply.LayersRemoved.class, timeoutMillis(request));
    }

    public Future<Reply.LogChunk> readLog(Request.ReadLog request) {
        return send(request, Reply.LogChunk.class, timeoutMillis(request));
    }

    /** Stops every process of a container where it is. */
    public Future<Reply.Done> pause(String container) {
        return done(new Request.PauseContainer(container));
    }

    public Future<Reply.Done> resume(String container) {
        return done(new Request.ResumeContainer(container));
    }

    public Future<Reply.Done> pauseSandbox(String sandbox) {
        return done(new Request.PauseSandbox(sandbox));
    }

    public Future<Reply.Done> resumeSandbox(String sandbox) {
        return done(new Request.ResumeSandbox(sandbox));
    }

    /** Runs a program in a container, over a connection of its own; completes when it has been executed. */
    public Future<ExecSession> exec(Request.Exec request, ExecSession.Listener listener) {
        return stream(request, listener);
    }

    /** Follows a container's output and types into its terminal, over a connection of its own. */
    public Future<ExecSession> attach(Request.Attach request, ExecSession.Listener listener) {
        return stream(request, listener);
    }

    private Future<ExecSession> stream(Request request, ExecSession.Listener listener) {
        if (closed) {
            return Future.failedFuture(new KeeperException(KeeperException.NOT_CONNECTED, "the agent is closing"));
        }
        return net.connect(address)
                .recover(trouble -> Future.failedFuture(new KeeperException(
                        KeeperException.NOT_CONNECTED,
                        "there is no keeper at " + address.path() + ": " + trouble.getMessage())))
                .compose(fresh -> new ExecConnection(vertx, fresh, request, listener).open());
    }

    public Future<Reply.LogPlace> findLog(Request.FindLog request) {
        return send(request, Reply.LogPlace.class, timeoutMillis(request));
    }

    public Future<Reply.Stats> stats(Request.Stats request) {
        return send(request, Reply.Stats.class, CALL_TIMEOUT_MILLIS);
    }

    /** Asks again what the host can do: its cgroup's limits may have been changed. */
    public Future<Reply.Hello> hello() {
        return send(new Request.Hello(Frame.PROTOCOL), Reply.Hello.class, CALL_TIMEOUT_MILLIS);
    }

    static long timeoutMillis(Request request) {
        if (request instanceof Request.StopContainer stop) {
            return stop.graceMillis() + WAIT_MARGIN_MILLIS;
        }
        if (request instanceof Request.ReadLog read) {
            return read.waitMillis() + WAIT_MARGIN_MILLIS;
        }
        boolean starts = request instanceof Request.StartContainer
                || request instanceof Request.CreateSandbox
                || request instanceof Request.RemoveSandbox
                || request instanceof Request.RemoveLayers; // as many files as images have
        return starts ? START_TIMEOUT_MILLIS : CALL_TIMEOUT_MILLIS;
    }

    private <R extends Reply> Future<R> send(Request request, Class<R> type, long timeoutMillis) {
        if (!ready) {
            return Future.failedFuture(new KeeperException(
                    KeeperException.NOT_CONNECTED,
                    "there is no keeper at " + address.path() + (lastTrouble.isEmpty() ? "" : ": " + lastTrouble)));
        }
        return sendNow(request, type, timeoutMillis);
    }

    private <R extends Reply> Future<R> sendNow(Request request, Class<R> type, long timeoutMillis) {
        if (pending.size() >= MAX_IN_FLIGHT) {
            return Future.failedFuture(new KeeperException(
                    KeeperException.BUSY,
                    MAX_IN_FLIGHT + " requests to the keeper are under way, the most there may be"));
        }
        long id = nextId++;
        Promise<Reply> promise = Promise.promise();
        long timer = vertx.setTimer(timeoutMillis, expired -> expire(id, request, timeoutMillis));
        pending.put(id, new Pending(type, promise, timer));
        try {
            socket.write(KeeperFrames.encode(id, request));
        } catch (KeeperException e) {
            vertx.cancelTimer(timer);
            pending.remove(id);
            return Future.failedFuture(e);
        }
        return promise.future().map(type::cast);
    }

    private void expire(long id, Request request, long timeoutMillis) {
        Pending waiting = pending.remove(id);
        if (waiting != null) {
            String call = request.getClass().getSimpleName();
            waiting.promise()
                    .fail(new KeeperException(
                            KeeperException.TIMEOUT,
                            "the keeper did not answer " + call + " within " + timeoutMillis + " ms"));
        }
    }

    private void dial() {
        if (closed) {
            return;
        }
        net.connect(address).onComplete(result -> {
            if (result.succeeded() && !closed) {
                greet(result.result());
            } else if (result.succeeded()) {
                result.result().close();
            } else {
                retry(String.valueOf(result.cause().getMessage()));
            }
        });
    }

    private void greet(NetSocket fresh) {
        socket = fresh;
        FrameParser frames = new FrameParser(this::receive, this::drop);
        fresh.handler(frames::feed);
        fresh.exceptionHandler(trouble -> lastTrouble = String.valueOf(trouble.getMessage()));
        fresh.closeHandler(gone -> lost(fresh));
        sendNow(new Request.Hello(Frame.PROTOCOL), Reply.Hello.class, HELLO_TIMEOUT_MILLIS)
                .compose(hello -> hello.protocol() == Frame.PROTOCOL
                        ? watch(hello)
                        : Future.failedFuture(new KeeperException(
                                "unsupported",
                                "the keeper speaks protocol " + hello.protocol() + ", this agent " + Frame.PROTOCOL
                                        + ": install the same version of both")))
                .onSuccess(hello -> {
                    if (fresh == socket && !closed) {
                        ready = true;
                        retryMillis = FIRST_RETRY_MILLIS;
                        lastTrouble = "";
                        listener.connected(hello);
                    }
                })
                .onFailure(trouble -> {
                    if (fresh == socket) {
                        drop(trouble.getMessage());
                    }
                });
    }

    private Future<Reply.Hello> watch(Reply.Hello hello) {
        return watch
                ? sendNow(new Request.Watch(), Reply.Done.class, HELLO_TIMEOUT_MILLIS)
                        .map(hello)
                : Future.succeededFuture(hello);
    }

    private void drop(String why) {
        lastTrouble = why;
        if (socket != null) {
            socket.close();
        }
    }

    private void lost(NetSocket which) {
        if (which != socket) {
            return;
        }
        socket = null;
        boolean was = ready;
        ready = false;
        String why = lastTrouble.isEmpty() ? "the connection was closed" : lastTrouble;
        failAll(new KeeperException(KeeperException.UNREACHABLE, "the keeper went away: " + why));
        if (was && !closed) {
            listener.disconnected(why);
        }
        retry(why);
    }

    private void retry(String why) {
        if (closed) {
            return;
        }
        if (!why.equals(lastTrouble) || retryMillis == FIRST_RETRY_MILLIS) {
            LOG.info("no keeper at {}, trying again: {}", address.path(), why);
        }
        lastTrouble = why;
        vertx.setTimer(retryMillis, again -> dial());
        retryMillis = Math.min(retryMillis * 2, LONGEST_RETRY_MILLIS);
    }

    private void failAll(KeeperException trouble) {
        Map<Long, Pending> all = new HashMap<>(pending);
        pending.clear();
        all.values().forEach(waiting -> {
            vertx.cancelTimer(waiting.timer());
            waiting.promise().fail(trouble);
        });
    }

    private void receive(Buffer bytes) {
        try {
            Wire.Incoming incoming = Wire.readIncoming(bytes.getBytes());
            if (incoming.isEvent()) {
                if (ready) {
                    listener.event();
                }
                return;
            }
            Pending waiting = pending.remove(incoming.id());
            if (waiting == null) {
                return;
            }
            vertx.cancelTimer(waiting.timer());
            if (incoming.failed()) {
                waiting.promise().fail(new KeeperException(incoming.error()));
            } else {
                complete(waiting, incoming);
            }
        } catch (IOException e) {
            drop("a frame could not be read: " + e.getMessage());
        }
    }

    private void complete(Pending waiting, Wire.Incoming incoming) {
        Reply reply;
        try {
            reply = Wire.body(incoming, waiting.type());
        } catch (IOException e) {
            waiting.promise().fail(new KeeperException("internal", "the keeper's answer is not understood"));
            drop("an answer could not be read: " + e.getMessage());
            return;
        }
        waiting.promise().complete(reply);
    }
}
