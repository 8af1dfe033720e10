package io.holdfast.agent.line;

import io.holdfast.agent.keeper.KeeperClient;
import io.holdfast.model.line.LineMessage;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams that are open, each by its id. For one context. */
public final class Streams {

    /** More at once are refused; each may hold one waiting request at the keeper, or a connection of its own to it. */
    public static final int MAX_STREAMS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    private final Vertx vertx;
    private final KeeperClient keeper;
    private final Runs.Lookup lookup;
    private final UsageStream.Source usage;
    private final ImportStream.Archives archives;
    private final Map<String, NodeStream> open = new HashMap<>();
    private int dialling;

    /** @param keeper a connection of its own, so that bulk and long waits stand in nobody's way */
    public Streams(
            Vertx vertx,
            KeeperClient keeper,
            Runs.Lookup lookup,
            UsageStream.Source usage,
            ImportStream.Archives archives) {
        this.vertx = vertx;
        this.keeper = keeper;
        this.lookup = lookup;
        this.usage = usage;
        this.archives = archives;
    }

    public void open(Line line, LineMessage ask) {
        String streamId = idOf(ask);
        boolean full = open.size() + dialling >= MAX_STREAMS;
        dialling++;
        line.dialStream(streamId).onComplete(result -> {
            dialling--;
            if (result.failed()) {
                LOG.warn(
                        "stream {} could not be dialled: {}",
                        streamId,
                        result.cause().getMessage());
            } else if (full) {
                result.result()
                        .close(
                                (short) LineMessage.CLOSE_TRY_LATER,
                                MAX_STREAMS + " streams are open on this node, the most there may be");
            } else {
                result.result().exceptionHandler(trouble -> LOG.debug("stream {}: {}", streamId, trouble.toString()));
                begin(streamId, of(ask, result.result()));
            }
        });
    }

    private static String idOf(LineMessage ask) {
        if (ask instanceof LineMessage.OpenStream log) {
            return log.streamId();
        } else if (ask instanceof LineMessage.OpenUsage stats) {
            return stats.streamId();
        } else if (ask instanceof LineMessage.OpenExec exec) {
            return exec.streamId();
        } else if (ask instanceof LineMessage.OpenImport images) {
            return images.streamId();
        }
        throw new IllegalArgumentException("not asking for a stream: " + ask);
    }

    private NodeStream of(LineMessage ask, WebSocket socket) {
        StreamSocket out = new StreamSocket(socket);
        if (ask instanceof LineMessage.OpenUsage stats) {
            return new UsageStream(vertx, stats, usage, out);
        } else if (ask instanceof LineMessage.OpenExec exec) {
            return new ExecStream(vertx, exec, keeper, lookup, out);
        } else if (ask instanceof LineMessage.OpenImport images) {
            return new ImportStream(vertx, images, archives, out);
        }
        return new LogStream(vertx, (LineMessage.OpenStream) ask, keeper, lookup, out);
    }

    private void begin(String streamId, NodeStream stream) {
        NodeStream before = open.put(streamId, stream);
        if (before != null) {
            before.stop();
        }
        stream.start(() -> open.remove(streamId, stream));
    }

    public void close(String streamId) {
        NodeStream stream = open.remove(streamId);
        if (stream != null) {
            stream.stop();
        }
    }

    /** Something may have changed: new runs, ends. */
    public void look() {
        each(NodeStream::look);
    }

    public void closeAll() {
        each(NodeStream::stop);
        open.clear();
    }

    private void each(Consumer<NodeStream> action) {
        List.copyOf(open.values()).forEach(action);
    }
}
