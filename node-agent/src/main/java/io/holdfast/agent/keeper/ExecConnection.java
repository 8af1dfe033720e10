package io.holdfast.agent.keeper;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** A connection to the keeper that says hello, asks for one exec or attach, and then carries its streams. */
final class ExecConnection implements ExecSession {
    private static final long HELLO_ID = 1;
    private static final long EXEC_ID = 2;

    private enum State {
        GREETING,
        ASKING,
        OPEN,
        /** Its end was told, or will not be. */
        OVER
    }

    /** Input that waits for credit. */
    private record Waiting(Buffer input, Promise<Void> taken) {}

    private final Vertx vertx;
    private final NetSocket socket;
    private final Request request;
    private final Listener listener;
    private final Promise<ExecSession> opened = Promise.promise();
    private final Deque<Waiting> input = new ArrayDeque<>();
    private final FrameParser frames;
    private final long timer;

    private State state = State.GREETING;
    private KeeperException fault =
            new KeeperException(KeeperException.UNREACHABLE, "the keeper closed the connection");
    private int pid;
    private int creditBytes;
    private int queuedBytes;
    private boolean inputClosed;

    ExecConnection(Vertx vertx, NetSocket socket, Request request, Listener listener) {
        this.vertx = vertx;
        this.socket = socket;
        this.request = request;
        this.listener = listener;
        this.frames = new FrameParser(this::receive, this::drop);
        this.timer = vertx.setTimer(
                KeeperClient.START_TIMEOUT_MILLIS,
                late -> fail(new KeeperException(
                        KeeperException.TIMEOUT,
                        "the keeper did not answer " + Wire.nameOf(request) + " within "
                                + KeeperClient.START_TIMEOUT_MILLIS + " ms")));
    }

    /** Fails with the keeper's own words where it refuses. */
    Future<ExecSession> open() {
        socket.handler(frames::feed);
        socket.exceptionHandler(trouble -> fault =
                new KeeperException(KeeperException.UNREACHABLE, "the keeper went away: " + trouble.getMessage()));
        // comes after the last frame has been handled; the close handler does not wait for a paused reader, and would
        // take
        // from it an end that is here already
        socket.endHandler(end -> fail(fault));
        try {
            socket.write(KeeperFrames.encode(HELLO_ID, new Request.Hello(Frame.PROTOCOL)));
        } catch (KeeperException e) {
            fail(e);
        }
        return opened.future();
    }

    private void receive(Buffer frame) {
        try {
            if (state == State.OPEN) {
                receiveStream(frame);
            } else if (state != State.OVER) {
                receiveAnswer(Wire.readIncoming(frame.getBytes()));
            }
        } catch (IOException | RuntimeException e) {
            drop("a frame could not be read: " + e.getMessage());
        }
    }

    private void receiveAnswer(Wire.Incoming answer) throws IOException {
        if (answer.failed()) {
            fail(new KeeperException(answer.error()));
        } else if (state == State.GREETING) {
            state = State.ASKING;
            socket.write(KeeperFrames.encode(EXEC_ID, request));
        } else {
            Reply.ExecStarted started = Wire.body(answer, Reply.ExecStarted.class);
            vertx.cancelTimer(timer);
            pid = started.pid();
            creditBytes = started.inputWindowBytes();
            state = State.OPEN;
            opened.complete(this);
        }
    }

    private void receiveStream(Buffer frame) throws IOException {
        Buffer data = frame.slice(1, frame.length());
        switch (frame.getByte(0)) {
            case ExecFrames.STDOUT -> listener.output(Stream.STDOUT, data);
            case ExecFrames.STDERR -> listener.output(Stream.STDERR, data);
            case ExecFrames.CREDIT -> {
                creditBytes += data.getInt(0);
                flow();
            }
            case ExecFrames.EXIT -> {
                Reply.Exit exit = ExecFrames.readExit(data.getBytes());
                over(new KeeperException(KeeperException.UNREACHABLE, "the program has ended"));
                listener.ended(exit);
            }
            default -> drop("frame of kind " + frame.getByte(0) + " is not known");
        }
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public Future<Void> write(Buffer bytes) {
        if (state != State.OPEN || inputClosed) {
            return Future.failedFuture(
                    new KeeperException(KeeperException.NOT_CONNECTED, "the program takes no input any more"));
        }
        if (queuedBytes + bytes.length() > MAX_QUEUED_INPUT_BYTES) {
            return Future.failedFuture(new KeeperException(
                    KeeperException.BUSY,
                    queuedBytes + " bytes of input wait already, and " + MAX_QUEUED_INPUT_BYTES + " is the most"));
        }
        Promise<Void> taken = Promise.promise();
        input.add(new Waiting(bytes, taken));
        queuedBytes += bytes.length();
        flow();
        return taken.future();
    }

    private void flow() {
        if (input.isEmpty()) {
            return;
        }
        while (!input.isEmpty() && (creditBytes > 0 || input.peek().input().length() == 0)) {
            Waiting next = input.poll();
            int length = Math.min(Math.min(next.input().length(), creditBytes), ExecFrames.MAX_DATA_BYTES);
            if (length > 0) {
                send(ExecFrames.frame(ExecFrames.INPUT, next.input().getBytes(0, length)));
            }
            creditBytes -= length;
            queuedBytes -= length;
            if (length < next.input().length()) {
                input.addFirst(
                        new Waiting(next.input().slice(length, next.input().length()), next.taken()));
            } else {
                next.taken().complete();
            }
        }
        if (input.isEmpty()) {
            if (inputClosed) {
                send(ExecFrames.frame(ExecFrames.CLOSE_INPUT, new byte[0]));
            }
            listener.drained();
        }
    }

    @Override
    public boolean inputFull() {
        return !input.isEmpty();
    }

    @Override
    public void closeInput() {
        if (inputClosed) {
            return;
        }
        inputClosed = true;
        if (input.isEmpty()) {
            send(ExecFrames.frame(ExecFrames.CLOSE_INPUT, new byte[0]));
        }
    }

    @Override
    public void resize(int rows, int columns) {
        send(ExecFrames.resize(rows, columns));
    }

    @Override
    public void signal(int signal) {
        send(ExecFrames.signal(signal));
    }

    @Override
    public void pauseOutput() {
        socket.pause();
    }

    @Override
    public void resumeOutput() {
        socket.resume();
    }

    @Override
    public void close() {
        over(new KeeperException(KeeperException.NOT_CONNECTED, "the session was closed"));
    }

    private void send(ByteBuffer frame) {
        if (state == State.OPEN) {
            socket.write(Buffer.buffer(frame.array()));
        }
    }

    private void drop(String why) {
        fail(new KeeperException(KeeperException.UNREACHABLE, why));
    }

    private void fail(KeeperException why) {
        State before = state;
        over(why);
        if (before == State.OPEN) {
            listener.broken(why);
        }
    }

    private void over(KeeperException why) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        vertx.cancelTimer(timer);
        opened.tryFail(why);
        input.forEach(waiting -> waiting.taken().fail(why));
        input.clear();
        queuedBytes = 0;
        // a paused socket tells nothing, not even that it was closed
        socket.resume();
        socket.close();
    }
}
