package io.holdfast.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.ExecFrame.Channel;
import io.holdfast.model.line.ExecStart;
import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Joins a user's WebSocket with an agent's stream: frames pass as they are, each side no faster than the other takes them. The
 * first of the user's must say what to run; it is passed on once {@code admit} has nothing against it. On the server's context.
 */
final class ExecRelay {
    private static final long PING_MILLIS = 30_000;

    /** A user who answers none of so many pings is taken for gone. */
    private static final int MAX_UNANSWERED = 3;

    /** Between the upgrade and the first frame. */
    static final long START_TIMEOUT_MILLIS = 10_000;

    /** RFC 6455, section 7.4.1: internal error. */
    private static final short CLOSE_FAULT = 1011;

    private static final Set<Channel> UP = EnumSet.of(Channel.STDIN, Channel.RESIZE);
    private static final Set<Channel> DOWN =
            EnumSet.of(Channel.STDOUT, Channel.STDERR, Channel.CREDIT, Channel.EXIT, Channel.ERROR);

    /** A newer user may say more. */
    private static final ObjectReader START = Json.mapper()
            .readerFor(ExecStart.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private final Vertx vertx;
    private final ServerWebSocket user;
    private final NodeStreams.NodeStream agent;
    private final Function<ExecStart, Future<Optional<Rejected>>> admit;

    private boolean started;
    private boolean over;
    private boolean held;
    private int unanswered;
    private long startTimer;
    private long pingTimer;

    ExecRelay(
            Vertx vertx,
            ServerWebSocket user,
            NodeStreams.NodeStream agent,
            Function<ExecStart, Future<Optional<Rejected>>> admit) {
        this.vertx = vertx;
        this.user = user;
        this.agent = agent;
        this.admit = admit;
    }

    void begin() {
        user.binaryMessageHandler(this::fromUser);
        user.textMessageHandler(text -> refuse("text frames are not spoken here"));
        user.pongHandler(pong -> heard());
        user.exceptionHandler(cause -> end());
        user.closeHandler(closed -> end());
        agent.handler(this::fromAgent);
        agent.endHandler(ended -> close((short) LineMessage.CLOSE_DONE, ""));
        agent.exceptionHandler(this::agentFailed);
        startTimer = vertx.setTimer(START_TIMEOUT_MILLIS, late -> {
            if (!started) {
                refuse("nothing to run was named within " + START_TIMEOUT_MILLIS + " ms");
            }
        });
        pingTimer = vertx.setPeriodic(PING_MILLIS, tick -> ping());
        agent.resume();
    }

    private void fromUser(Buffer bytes) {
        heard();
        ExecFrame frame;
        try {
            frame = ExecFrame.parse(bytes.getBytes());
        } catch (IllegalArgumentException e) {
            refuse(e.getMessage());
            return;
        }
        if (!started) {
            start(frame, bytes);
        } else if (UP.contains(frame.channel())) {
            toAgent(bytes);
        } else {
            refuse("a frame of channel " + frame.channel().number() + " does not belong here");
        }
    }

    private void start(ExecFrame frame, Buffer bytes) {
        ExecStart start;
        try {
            if (frame.channel() != Channel.START) {
                throw new IllegalArgumentException("the first frame says what to run");
            }
            start = START.readValue(frame.data());
        } catch (JsonProcessingException e) {
            refuse("what to run is not understood: " + e.getOriginalMessage());
            return;
        } catch (IOException | IllegalArgumentException e) {
            refuse(e.getMessage());
            return;
        }
        started = true;
        vertx.cancelTimer(startTimer);
        hold();
        admit.apply(start).onComplete(answer -> {
            if (answer.failed()) {
                fail("a fault of the scheduler", CLOSE_FAULT);
            } else if (answer.result().isPresent()) {
                fail(answer.result().get().message(), CLOSE_FAULT);
            } else {
                release();
                toAgent(bytes);
            }
        });
    }

    private void toAgent(Buffer bytes) {
        if (over) {
            return;
        }
        agent.write(bytes);
        if (agent.writeQueueFull()) {
            hold();
            agent.drainHandler(drained -> release());
        }
    }

    private void fromAgent(Buffer bytes) {
        if (over) {
            return;
        }
        try {
            if (!DOWN.contains(ExecFrame.parse(bytes.getBytes()).channel())) {
                throw new IllegalArgumentException("not a frame of an agent's");
            }
        } catch (IllegalArgumentException e) {
            fail("what the node says is not understood: " + e.getMessage(), CLOSE_FAULT);
            return;
        }
        user.writeBinaryMessage(bytes);
        if (user.writeQueueFull()) {
            agent.pause();
            user.drainHandler(drained -> agent.resume());
        }
    }

    private void agentFailed(Throwable cause) {
        fail(
                cause.getMessage(),
                cause instanceof NodeStreams.NotOnNode ? (short) LineMessage.CLOSE_NOT_FOUND : CLOSE_FAULT);
    }

    private void refuse(String why) {
        fail(why, (short) LineMessage.CLOSE_REFUSED);
    }

    private void fail(String why, short status) {
        if (!over && !user.isClosed()) {
            user.writeBinaryMessage(Buffer.buffer(
                    ExecFrame.text(Channel.ERROR, String.valueOf(why)).bytes()));
        }
        close(status, "");
    }

    private void close(short status, String reason) {
        if (!over && !user.isClosed()) {
            user.close(status, reason);
        }
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            vertx.cancelTimer(startTimer);
            vertx.cancelTimer(pingTimer);
            agent.close();
            // whoever is held would never hear of the end
            user.resume();
        }
    }

    private void hold() {
        held = true;
        user.pause();
    }

    private void release() {
        held = false;
        heard();
        user.resume();
    }

    private void heard() {
        unanswered = 0;
    }

    private void ping() {
        // answers to pings wait behind the frames that are held up
        if (held || user.isClosed()) {
            return;
        }
        if (unanswered == MAX_UNANSWERED) {
            user.close(CLOSE_FAULT, "nothing heard for " + MAX_UNANSWERED * PING_MILLIS + " ms");
            end();
            return;
        }
        unanswered++;
        user.writePing(Buffer.buffer());
    }
}
