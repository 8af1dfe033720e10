package io.holdfast.agent.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Takes an archive of images from the scheduler, a piece when the one before has been taken, and answers when they are there. Whoever
 * hangs up before that wants none of it. For one context.
 */
public final class ImportStream implements NodeStream {
    /** Between two signs of life. */
    static final long ALIVE_MILLIS = 5_000;

    /** Signs of life without a piece in between, until the sender is taken for gone. */
    static final int MAX_SILENT = 12;

    private static final Buffer ALIVE = Buffer.buffer();

    /** Where archives go. */
    public interface Archives {
        /** Fails where it is not taken. */
        Future<Archive> take(LineMessage.OpenImport ask);

        /** @param why any of the failures */
        LineMessage.Answer refusal(LineMessage.OpenImport ask, Throwable why);
    }

    /** One archive. */
    public interface Archive {
        /** One at a time. */
        Future<Void> write(Buffer piece);

        /** All has come: completes when its images are there. */
        Future<LineMessage.Answer> end();

        /** Leaves nothing behind; does nothing when it has come to an end. */
        void cancel();
    }

    private final Vertx vertx;
    private final LineMessage.OpenImport ask;
    private final Archives archives;
    private final StreamSocket out;

    private Optional<Archive> archive = Optional.empty();
    private boolean complete;
    private boolean writing;
    private int silent;
    private long timer = -1;

    ImportStream(Vertx vertx, LineMessage.OpenImport ask, Archives archives, StreamSocket out) {
        this.vertx = vertx;
        this.ask = ask;
        this.archives = archives;
        this.out = out;
    }

    @Override
    public void start(Runnable ended) {
        out.onGone(() -> {
            over();
            ended.run();
        });
        out.socket.binaryMessageHandler(this::receive);
        archives.take(ask).onComplete(taken -> {
            if (taken.failed()) {
                refuse(taken.cause());
            } else if (out.closed()) {
                taken.result().cancel();
            } else {
                archive = Optional.of(taken.result());
                timer = vertx.setPeriodic(ALIVE_MILLIS, tick -> alive());
                out.socket.writeBinaryMessage(ALIVE);
            }
        });
    }

    @Override
    public void stop() {
        over();
        out.fault("the agent ends this stream");
    }

    private void alive() {
        out.socket.writeBinaryMessage(ALIVE);
        silent = complete || writing ? 0 : silent + 1;
        if (silent > MAX_SILENT) {
            refuse(new IllegalStateException("nothing came for " + MAX_SILENT * ALIVE_MILLIS + " ms"));
        }
    }

    private void receive(Buffer piece) {
        silent = 0;
        if (out.closed()) {
            return;
        }
        if (archive.isEmpty() || complete) {
            refuse(new IllegalStateException("a piece of the archive came when none was awaited"));
        } else if (piece.length() == 0) {
            complete = true;
            archive.get().end().onComplete(ended -> {
                if (ended.succeeded()) {
                    answer(ended.result());
                } else {
                    refuse(ended.cause());
                }
            });
        } else {
            take(archive.get(), piece);
        }
    }

    private void take(Archive into, Buffer piece) {
        writing = true;
        out.socket.pause();
        into.write(piece).onComplete(written -> {
            writing = false;
            out.socket.resume();
            if (written.failed()) {
                refuse(written.cause());
            }
        });
    }

    private void refuse(Throwable why) {
        answer(archives.refusal(ask, why));
    }

    private void answer(LineMessage.Answer answer) {
        if (!out.closed()) {
            try {
                out.send(Json.mapper().writerFor(LineMessage.class).writeValueAsBytes(answer));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("writing an answer as JSON failed", e);
            }
        }
        over();
        out.done();
    }

    private void over() {
        vertx.cancelTimer(timer);
        archive.ifPresent(Archive::cancel);
        archive = Optional.empty();
    }
}
