package io.holdfast.agent.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line to whichever scheduler answers. One is dialled after the other, each given {@link #ATTEMPT_TIMEOUT_MILLIS} until its
 * welcome; a renewal that is not confirmed within {@link #CONFIRM_TIMEOUT_MILLIS} ends the line, and the next scheduler is
 * dialled at once. For one context.
 */
public final class Line {

    /** From dialling to the welcome. */
    public static final long ATTEMPT_TIMEOUT_MILLIS = 2_500;

    /** From a renewal to its confirmation. */
    public static final long CONFIRM_TIMEOUT_MILLIS = 2_500;

    /** After all schedulers have been tried in vain; doubles up to the longest, and a random part of it is taken off. */
    static final long FIRST_RETRY_MILLIS = 100;

    static final long LONGEST_RETRY_MILLIS = 2_000;

    /** Renewals in the time that one holds. */
    static final int RENEWALS_PER_LEASE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private static final ObjectReader READER = Json.mapper()
            .readerFor(LineMessage.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE);

    /** What the agent is told, on the line's context. */
    public interface Listener {

        /** Answers why this scheduler is not to be followed; empty when it is. */
        String welcome(LineMessage.Welcome welcome);

        /**
         * The lease holds.
         *
         * @param sentAtMillis when its renewal was sent, {@link BootClock}
         */
        void renewed(long sentAtMillis, long leaseMillis);

        void lost(String why);

        /** One of the messages that ask for a stream: {@code dialStream} answers it. */
        void openStream(LineMessage open);

        void closeStream(String streamId);

        /** To be answered by {@link Line#answer}. */
        void asked(LineMessage.Ask ask);

        /** Likewise. */
        void askedNode(LineMessage.AskNode ask);
    }

    private final Vertx vertx;
    private final LineConfig config;
    private final Supplier<String> clusterId;
    private final BootClock clock;
    private final RandomGenerator random;
    private final Listener listener;
    private final WebSocketClient client;

    private WebSocket socket;
    private boolean welcomed;
    private boolean closed;
    private int next;
    private int failures;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private long sequence;
    private long awaited;
    private long sentAtMillis;
    private long renewTimer = -1;
    private long guardTimer = -1;
    private String lastTrouble = "";

    /**
     * To be made on the context it is used on.
     *
     * @param clusterId the cluster this node follows, empty for none yet
     */
    public Line(
            Vertx vertx,
            LineConfig config,
            Supplier<String> clusterId,
            BootClock clock,
            RandomGenerator random,
            Listener listener) {
        this.vertx = vertx;
        this.config = config;
        this.clusterId = clusterId;
        this.clock = clock;
        this.random = random;
        this.listener = listener;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout((int) ATTEMPT_TIMEOUT_MILLIS)
                .setMaxFrameSize(LineMessage.MAX_BYTES)
                .setMaxMessageSize(LineMessage.MAX_BYTES)
                .setTryUsePerFrameCompression(false));
    }

    public void start() {
        dial();
    }

    public boolean up() {
        return welcomed;
    }

    /** Dials a stream back to the scheduler that asked for it. */
    Future<WebSocket> dialStream(String streamId) {
        URI scheduler = current();
        return token().compose(token -> client.connect(options(scheduler, LineMessage.STREAMS_PATH + streamId, token)));
    }

    /** Does nothing where the line has ended since: whoever asked has been told so. */
    public void answer(LineMessage.Answer answer) {
        if (socket != null) {
            send(answer);
        }
    }

    public void close() {
        closed = true;
        stopTimers();
        if (socket != null) {
            socket.close();
        }
        client.close();
    }

    private URI current() {
        return config.schedulers().get(next % config.schedulers().size());
    }

    private Future<String> token() {
        return vertx.fileSystem()
                .readFile(config.tokenFile().toString())
                .map(bytes -> bytes.toString().strip())
                .recover(e -> Future.failedFuture(new IllegalStateException("node token " + config.tokenFile()
                        + " cannot be read: copy it from the scheduler's data" + " directory")));
    }

    private static WebSocketConnectOptions options(URI scheduler, String path, String token) {
        boolean tls = "https".equals(scheduler.getScheme());
        int port = scheduler.getPort() >= 0 ? scheduler.getPort() : tls ? 443 : 80;
        return new WebSocketConnectOptions()
                .setHost(scheduler.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(path)
                .setTimeout(ATTEMPT_TIMEOUT_MILLIS)
                .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }

    private void dial() {
        if (closed) {
            return;
        }
        URI scheduler = current();
        token().compose(token -> client.connect(options(scheduler, LineMessage.PATH, token)))
                .onComplete(result -> {
                    if (result.failed()) {
                        failed(scheduler, explain(result.cause()));
                    } else if (closed) {
                        result.result().close();
                    } else {
                        greet(result.result(), scheduler);
                    }
                });
    }

    private static String explain(Throwable trouble) {
        if (trouble instanceof UpgradeRejectedException rejected) {
            return rejected.getStatus() == 401 || rejected.getStatus() == 403
                    ? "it refuses the node token: is it this cluster's?"
                    : "it answers " + rejected.getStatus();
        }
        return String.valueOf(trouble.getMessage());
    }

    private void greet(WebSocket fresh, URI scheduler) {
        socket = fresh;
        fresh.textMessageHandler(text -> receive(fresh, text));
        fresh.exceptionHandler(trouble -> LOG.debug("line: {}", trouble.toString()));
        fresh.closeHandler(gone -> ended(
                fresh,
                scheduler,
                fresh.closeReason() == null || fresh.closeReason().isEmpty()
                        ? "the line was closed"
                        : fresh.closeReason()));
        send(new LineMessage.Hello(
                LineMessage.PROTOCOL, config.nodeId(), config.name(), clusterId.get(), config.agentVersion()));
        guard(fresh, ATTEMPT_TIMEOUT_MILLIS, "it did not welcome us within " + ATTEMPT_TIMEOUT_MILLIS + " ms");
    }

    private void receive(WebSocket from, String text) {
        if (from != socket) {
            return;
        }
        LineMessage message;
        try {
            message = READER.readValue(text);
        } catch (JsonProcessingException e) {
            LOG.warn("a message on the line is not understood: {}", e.getOriginalMessage());
            return;
        }
        if (message instanceof LineMessage.Welcome welcome) {
            welcome(from, welcome);
        } else if (message instanceof LineMessage.Renewed renewed) {
            renewed(renewed);
        } else if (message instanceof LineMessage.OpenStream
                || message instanceof LineMessage.OpenUsage
                || message instanceof LineMessage.OpenExec
                || message instanceof LineMessage.OpenImport) {
            listener.openStream(message);
        } else if (message instanceof LineMessage.Ask ask) {
            listener.asked(ask);
        } else if (message instanceof LineMessage.AskNode ask) {
            listener.askedNode(ask);
        } else if (message instanceof LineMessage.CloseStream close) {
            listener.closeStream(close.streamId());
        }
    }

    private void welcome(WebSocket from, LineMessage.Welcome welcome) {
        cancelGuard();
        String refusal = listener.welcome(welcome);
        if (!refusal.isEmpty()) {
            lastTrouble = refusal;
            LOG.error("scheduler {} is not followed: {}", current(), refusal);
            from.close((short) 1000, refusal.substring(0, Math.min(refusal.length(), 120)));
            return;
        }
        LOG.info("line to {} stands", current());
        welcomed = true;
        failures = 0;
        retryMillis = FIRST_RETRY_MILLIS;
        lastTrouble = "";
        renew();
        renewTimer = vertx.setPeriodic(Math.max(1, welcome.leaseMillis() / RENEWALS_PER_LEASE), tick -> renew());
    }

    private void renew() {
        if (awaited != 0 || socket == null) {
            return; // the guard ends this line when the answer stays away
        }
        awaited = ++sequence;
        sentAtMillis = clock.nowMillis();
        send(new LineMessage.Renew(awaited));
        guard(socket, CONFIRM_TIMEOUT_MILLIS, "a renewal was not confirmed within " + CONFIRM_TIMEOUT_MILLIS + " ms");
    }

    private void renewed(LineMessage.Renewed renewed) {
        if (renewed.sequence() != awaited || awaited == 0) {
            return; // an answer to nothing that we still wait for proves nothing
        }
        awaited = 0;
        cancelGuard();
        listener.renewed(sentAtMillis, renewed.leaseMillis());
    }

    private void send(LineMessage message) {
        try {
            socket.writeTextMessage(Json.mapper().writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message for the line cannot be written: " + message, e);
        }
    }

    /** Ends this line when it is still the present one after a while. */
    private void guard(WebSocket which, long millis, String why) {
        cancelGuard();
        guardTimer = vertx.setTimer(millis, late -> {
            guardTimer = -1;
            if (which == socket) {
                // a hung peer does not answer a close either: what follows is done here, not when it does
                ended(which, current(), why);
                which.close();
            }
        });
    }

    private void ended(WebSocket which, URI scheduler, String why) {
        if (which != socket) {
            return;
        }
        socket = null;
        boolean was = welcomed;
        welcomed = false;
        awaited = 0;
        stopTimers();
        String reason = lastTrouble.isEmpty() || was ? why : lastTrouble;
        if (was && !closed) {
            LOG.info("line to {} is lost: {}", scheduler, reason);
            listener.lost(reason);
        }
        failed(scheduler, reason);
    }

    private void failed(URI scheduler, String why) {
        if (closed) {
            return;
        }
        if (!why.equals(lastTrouble)) {
            LOG.info("no line to {}: {}", scheduler, why);
        }
        lastTrouble = why;
        next = (next + 1) % config.schedulers().size();
        failures++;
        if (failures % config.schedulers().size() != 0) {
            dial();
            return;
        }
        long pause = retryMillis - random.nextLong(retryMillis / 2);
        retryMillis = Math.min(retryMillis * 2, LONGEST_RETRY_MILLIS);
        vertx.setTimer(pause, again -> dial());
    }

    private void cancelGuard() {
        if (guardTimer >= 0) {
            vertx.cancelTimer(guardTimer);
            guardTimer = -1;
        }
    }

    private void stopTimers() {
        cancelGuard();
        if (renewTimer >= 0) {
            vertx.cancelTimer(renewTimer);
            renewTimer = -1;
        }
    }
}
