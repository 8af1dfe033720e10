package io.holdfast.scheduler.api;

import io.holdfast.scheduler.line.NodeStreams.NodeStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * From a stream to a response, no faster than the reader reads. The head is held back for a moment, so that a node that has no
 * such log can still be answered with a problem instead of an empty 200.
 */
final class LogPump {
    /** A log that stays silent for so long is there. */
    private static final long HEAD_DELAY_MILLIS = 250;

    private final Vertx vertx;
    private final NodeStream stream;
    private final HttpServerResponse response;
    private final Promise<Void> failedEarly = Promise.promise();
    private boolean begun;
    private long timer;

    LogPump(Vertx vertx, NodeStream stream, HttpServerResponse response) {
        this.vertx = vertx;
        this.stream = stream;
        this.response = response;
    }

    /** Fails when nothing has been answered yet and nothing will come. */
    Future<Void> run() {
        if (response.closed()) {
            stream.close();
            return Future.succeededFuture();
        }
        timer = vertx.setTimer(HEAD_DELAY_MILLIS, silent -> begin());
        response.closeHandler(gone -> stop());
        response.exceptionHandler(cause -> stop());
        stream.handler(this::write);
        stream.endHandler(end -> {
            begin();
            if (!response.closed()) {
                response.end();
            }
        });
        stream.exceptionHandler(this::fail);
        stream.resume();
        return failedEarly.future();
    }

    private void begin() {
        if (!begun && !response.closed()) {
            begun = true;
            vertx.cancelTimer(timer);
            response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
            response.writeHead();
            failedEarly.complete();
        }
    }

    private void write(Buffer bytes) {
        begin();
        if (response.closed() || response.ended()) {
            return;
        }
        response.write(bytes);
        if (response.writeQueueFull()) {
            stream.pause();
            response.drainHandler(drained -> stream.resume());
        }
    }

    private void fail(Throwable cause) {
        vertx.cancelTimer(timer);
        if (begun) {
            // without the last chunk the reader knows that this is not all
            response.reset();
        } else {
            begun = true;
            failedEarly.fail(cause);
        }
    }

    private void stop() {
        vertx.cancelTimer(timer);
        stream.close();
    }
}
