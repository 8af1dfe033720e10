package io.holdfast.agent.line;

import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams that are open, each by its id. For one context. */
public final class LogStreams {

    /** More at once are refused; each may hold one waiting request at the keeper. */
    public static final int MAX_STREAMS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(LogStreams.class);

    private final Vertx vertx;
    private final KeeperClient keeper;
    private final Runs.Lookup lookup;
    private final Map<String, LogStream> open = new HashMap<>();
    private int dialling;

    /** @param keeper a connection of its own, so that bulk and long waits stand in nobody's way */
    public LogStreams(Vertx vertx, KeeperClient keeper, Runs.Lookup lookup) {
        this.vertx = vertx;
        this.keeper = keeper;
        this.lookup = lookup;
    }

    public void open(Line line, LineMessage.OpenStream ask) {
        boolean full = open.size() + dialling >= MAX_STREAMS;
        dialling++;
        line.dialStream(ask.streamId()).onComplete(result -> {
            dialling--;
            if (result.failed()) {
                LOG.warn(
                        "stream {} could not be dialled: {}",
                        ask.streamId(),
                        result.cause().getMessage());
            } else if (full) {
                result.result()
                        .close(
                                (short) LineMessage.CLOSE_TRY_LATER,
                                MAX_STREAMS + " streams are open on this node, the most there may be");
            } else {
                begin(ask, result.result());
            }
        });
    }

    private void begin(LineMessage.OpenStream ask, WebSocket socket) {
        LogStream stream = new LogStream(vertx, ask, keeper, lookup, socket);
        LogStream before = open.put(ask.streamId(), stream);
        if (before != null) {
            before.stop();
        }
        stream.start(() -> open.remove(ask.streamId(), stream));
    }

    public void close(String streamId) {
        LogStream stream = open.remove(streamId);
        if (stream != null) {
            stream.stop();
        }
    }

    /** Something may have changed: new runs, ends. */
    public void look() {
        each(LogStream::look);
    }

    public void closeAll() {
        each(LogStream::stop);
        open.clear();
    }

    private void each(Consumer<LogStream> action) {
        java.util.List.copyOf(open.values()).forEach(action);
    }
}
