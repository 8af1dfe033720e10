package io.holdfast.agent.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.holdfast.agent.keeper.ExecSession;
import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.agent.keeper.KeeperException;
import io.holdfast.agent.reconcile.TaskUsers;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.ExecExit;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.ExecFrame.Channel;
import io.holdfast.model.line.ExecStart;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;

/**
 * Joins a stream from the scheduler with a program that the keeper runs in the task's container. Input comes against credit, so
 * the WebSocket is always read; output is held up at the keeper while the WebSocket is full. For one context.
 */
final class ExecStream implements NodeStream, ExecSession.Listener {
    /** How much input may be under way. */
    static final int INPUT_WINDOW_BYTES = 256 << 10;

    /** Between the dialling back and the first frame. */
    static final long START_TIMEOUT_MILLIS = 15_000;

    /** A newer scheduler may say more. */
    private static final ObjectReader START = Json.mapper()
            .readerFor(ExecStart.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private final Vertx vertx;
    private final LineMessage.OpenExec ask;
    private final KeeperClient keeper;
    private final Runs.Lookup lookup;
    private final StreamSocket out;

    private boolean started;
    private long startTimer;
    private Optional<ExecSession> session = Optional.empty();
    private boolean outputHeld;

    ExecStream(Vertx vertx, LineMessage.OpenExec ask, KeeperClient keeper, Runs.Lookup lookup, StreamSocket out) {
        this.vertx = vertx;
        this.ask = ask;
        this.keeper = keeper;
        this.lookup = lookup;
        this.out = out;
    }

    @Override
    public void start(Runnable ended) {
        out.onGone(() -> {
            over();
            ended.run();
        });
        out.socket.binaryMessageHandler(this::receive);
        startTimer = vertx.setTimer(START_TIMEOUT_MILLIS, late -> fail("nothing to run was named in time"));
    }

    @Override
    public void stop() {
        over();
        out.fault("the agent ends this stream");
    }

    private void receive(Buffer bytes) {
        if (out.closed()) {
            return;
        }
        ExecFrame frame;
        try {
            frame = ExecFrame.parse(bytes.getBytes());
            if (!started) {
                begin(frame);
            } else {
                session.ifPresentOrElse(open -> pass(open, frame), () -> {
                    throw new IllegalArgumentException("there is no credit for input yet");
                });
            }
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        }
    }

    private void begin(ExecFrame frame) {
        if (frame.channel() != Channel.START) {
            throw new IllegalArgumentException("the first frame says what to run");
        }
        ExecStart start;
        try {
            start = START.readValue(frame.data());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("what to run is not understood: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("what to run is not understood", e);
        }
        started = true;
        vertx.cancelTimer(startTimer);
        Runs runs = lookup.of(ask.allocationId(), ask.task());
        Optional<Runs.Run> run =
                runs.containers().stream().filter(Runs.Run::running).max(Comparator.comparingInt(Runs.Run::attempt));
        if (run.isEmpty()) {
            fail("task " + ask.task() + (runs.known() ? " does not run now" : " is not on the node"));
            return;
        }
        keeper.exec(request(run.get(), start), this).onComplete(opened -> {
            if (opened.failed()) {
                fail(String.valueOf(opened.cause().getMessage()));
            } else if (out.closed()) {
                opened.result().close();
            } else {
                session = Optional.of(opened.result());
                send(ExecFrame.credit(INPUT_WINDOW_BYTES));
            }
        });
    }

    private static Request.Exec request(Runs.Run run, ExecStart start) {
        Request.ExecProcess process = new Request.ExecProcess(
                start.command(),
                start.env(),
                start.workDir(),
                start.user().isEmpty() ? Request.ExecProcess.CONTAINERS_USER : TaskUsers.parse(start.user()));
        return new Request.Exec(
                run.containerId(),
                process,
                start.terminal(),
                start.size().rows(),
                start.size().columns());
    }

    private void pass(ExecSession open, ExecFrame frame) {
        switch (frame.channel()) {
            case STDIN -> {
                if (frame.data().length == 0) {
                    open.closeInput();
                } else {
                    open.write(Buffer.buffer(frame.data())).onComplete(taken -> {
                        // a program that takes no more input is no fault: its end follows, or it goes on without
                        if (taken.succeeded() || !busy(taken.cause())) {
                            credit(frame.data().length);
                        } else {
                            fail("more input came than there was credit for");
                        }
                    });
                }
            }
            case RESIZE -> {
                ExecStart.Size size = size(frame);
                open.resize(size.rows(), size.columns());
            }
            default -> throw new IllegalArgumentException("channel " + frame.channel() + " does not belong here");
        }
    }

    private static boolean busy(Throwable cause) {
        return cause instanceof KeeperException refused && refused.code().equals(KeeperException.BUSY);
    }

    private static ExecStart.Size size(ExecFrame frame) {
        try {
            return Json.mapper().readValue(frame.data(), ExecStart.Size.class);
        } catch (IOException e) {
            throw new IllegalArgumentException("the terminal's size is not understood", e);
        }
    }

    private void credit(int bytes) {
        if (!out.closed() && session.isPresent()) {
            send(ExecFrame.credit(bytes));
        }
    }

    @Override
    public void output(ExecSession.Stream stream, Buffer bytes) {
        Channel channel = stream == ExecSession.Stream.STDERR ? Channel.STDERR : Channel.STDOUT;
        for (int from = 0; from < bytes.length(); from += ExecFrame.MAX_DATA) {
            int to = Math.min(bytes.length(), from + ExecFrame.MAX_DATA);
            send(new ExecFrame(channel, bytes.getBytes(from, to)));
        }
        if (!outputHeld && !out.closed() && out.socket.writeQueueFull()) {
            outputHeld = true;
            session.ifPresent(ExecSession::pauseOutput);
            out.socket.drainHandler(drained -> {
                outputHeld = false;
                session.ifPresent(ExecSession::resumeOutput);
            });
        }
    }

    @Override
    public void ended(Reply.Exit exit) {
        session = Optional.empty();
        if (!exit.known()) {
            fail("the program's exit status is not known");
            return;
        }
        try {
            send(new ExecFrame(
                    Channel.EXIT,
                    Json.mapper()
                            .writeValueAsBytes(new ExecExit(exit.signal() == 0 ? exit.code() : -1, exit.signal()))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing an exit as JSON failed", e);
        }
        out.done();
    }

    @Override
    public void broken(KeeperException why) {
        session = Optional.empty();
        fail(why.getMessage());
    }

    private void send(ExecFrame frame) {
        if (!out.closed()) {
            out.send(frame.bytes());
        }
    }

    private void fail(String why) {
        send(ExecFrame.text(Channel.ERROR, why));
        over();
        out.done();
    }

    private void over() {
        vertx.cancelTimer(startTimer);
        session.ifPresent(ExecSession::close);
        session = Optional.empty();
    }
}
