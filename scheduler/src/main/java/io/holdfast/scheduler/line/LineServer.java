package io.holdfast.scheduler.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.model.Clock;
import io.holdfast.model.IdSource;
import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.NodeLeases;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that agents dial. A line begins with a hello, is answered by a welcome, and carries renewals up; each is confirmed
 * only after the leader's side has noted it, since the node counts on it. A newer line of a node replaces the older: agents
 * dial again when they are in doubt, and the older one may hang for as long as TCP likes.
 *
 * <p>All of it runs on the server's context; {@link NodeLeases} and {@link ClusterView} are called on the scheduler's.
 */
public final class LineServer {
    private static final Logger LOG = LoggerFactory.getLogger(LineServer.class);

    private final Vertx vertx;
    private final Context core;
    private final ClusterView view;
    private final NodeLeases leases;
    private final Supplier<LineSettings> settings;
    private final Clock clock;
    private final StreamBroker streams;

    private final Set<Line> lines = new HashSet<>();
    private final Map<String, Line> byNode = new HashMap<>();
    private long sweep;
    private boolean stopping;

    /** @param ids names streams; random, since who knows a name may send that stream */
    public LineServer(
            Vertx vertx,
            Context core,
            ClusterView view,
            NodeLeases leases,
            Supplier<LineSettings> settings,
            Clock clock,
            IdSource ids) {
        this.vertx = vertx;
        this.core = core;
        this.view = view;
        this.leases = leases;
        this.settings = settings;
        this.clock = clock;
        this.streams = new StreamBroker(vertx, ids, node -> Optional.ofNullable(byNode.get(node)));
    }

    public NodeStreams streams() {
        return streams;
    }

    /** How many nodes have a line now. */
    public int lineCount() {
        return byNode.size();
    }

    /** How many streams are open or asked for. */
    public int streamCount() {
        return streams.count();
    }

    /** Begins to end lines that have fallen silent. On the server's context. */
    public void start() {
        sweep = vertx.setPeriodic(Math.max(100, leases.leaseMillis() / 4), tick -> endSilent());
    }

    /** Ends all lines, so that their agents dial another scheduler. On the server's context. */
    public void stop() {
        stopping = true;
        vertx.cancelTimer(sweep);
        streams.stop();
        for (Line line : List.copyOf(lines)) {
            line.close(LineMessage.CLOSE_GOING_AWAY, "this scheduler stops");
            // the core is told now: who closes this server wants it told before the core itself ends
            ended(line);
        }
    }

    /** A request for {@link LineMessage#PATH} whose token has been checked. */
    public void accept(HttpServerRequest request) {
        request.toWebSocket()
                .onSuccess(this::begin)
                .onFailure(cause -> LOG.debug("no line from {}: {}", request.remoteAddress(), cause.getMessage()));
    }

    /** A request for {@link LineMessage#STREAMS_PATH} and an id; {@code false} when nothing waits for that id. */
    public boolean acceptStream(HttpServerRequest request, String streamId) {
        return streams.accept(request, streamId);
    }

    private void begin(ServerWebSocket socket) {
        Line line = new Line(socket, clock.monotonicMillis());
        if (stopping || lines.size() >= LineSettings.MAX_LINES) {
            line.close(LineMessage.CLOSE_TRY_LATER, stopping ? "this scheduler stops" : "too many lines");
            return;
        }
        lines.add(line);
        long timer = vertx.setTimer(LineSettings.HELLO_TIMEOUT_MILLIS, late -> {
            if (!line.greeted()) {
                line.close(LineMessage.CLOSE_REFUSED, "no hello within " + LineSettings.HELLO_TIMEOUT_MILLIS + " ms");
            }
        });
        socket.textMessageHandler(text -> heard(line, text));
        socket.binaryMessageHandler(bytes -> line.close(LineMessage.CLOSE_REFUSED, "a line carries text frames only"));
        socket.exceptionHandler(cause -> LOG.debug("line of {}: {}", line.name(), cause.getMessage()));
        socket.closeHandler(closed -> {
            vertx.cancelTimer(timer);
            ended(line);
        });
    }

    private void heard(Line line, String text) {
        line.heard(clock.monotonicMillis());
        LineMessage message;
        try {
            message = Line.parse(text);
        } catch (JsonProcessingException e) {
            LOG.debug("line of {}: {}", line.name(), e.getOriginalMessage());
            line.close(LineMessage.CLOSE_REFUSED, "not a message of protocol " + LineMessage.PROTOCOL);
            return;
        }
        if (message instanceof LineMessage.Hello hello && !line.greeted()) {
            greet(line, hello);
        } else if (message instanceof LineMessage.Renew renew && line.greeted()) {
            renew(line, renew);
        } else if (message instanceof LineMessage.Answer answer && byNode.get(line.nodeId()) == line) {
            streams.answered(line.nodeId(), answer);
        } else {
            line.close(LineMessage.CLOSE_REFUSED, "a " + message.getClass().getSimpleName() + " does not belong here");
        }
    }

    private void greet(Line line, LineMessage.Hello hello) {
        if (hello.protocol() != LineMessage.PROTOCOL) {
            line.close(
                    LineMessage.CLOSE_REFUSED,
                    "protocol " + hello.protocol() + " is not spoken here but " + LineMessage.PROTOCOL
                            + ": bring agent and scheduler to the same version");
            return;
        }
        if (hello.nodeId() == null || hello.nodeId().isBlank() || hello.name() == null || hello.clusterId() == null) {
            line.close(LineMessage.CLOSE_REFUSED, "a hello needs nodeId, name and clusterId");
            return;
        }
        line.introduced(hello);
        onCore(() -> {
            ClusterView.LeaderStatus leader = view.leader();
            return () -> admit(line, hello, leader);
        });
    }

    private void admit(Line line, LineMessage.Hello hello, ClusterView.LeaderStatus leader) {
        if (!lines.contains(line)) {
            return; // ended while the scheduler was asked
        }
        if (!leader.ready()) {
            line.close(LineMessage.CLOSE_TRY_LATER, "the scheduler has not loaded its state yet");
            return;
        }
        if (!hello.clusterId().isEmpty() && !hello.clusterId().equals(leader.clusterId())) {
            line.close(
                    LineMessage.CLOSE_REFUSED,
                    "this is cluster " + leader.clusterId() + ", the node belongs to " + hello.clusterId()
                            + ": give it an empty data directory to move it");
            return;
        }
        // the map changes here and the scheduler is told in the same order, so that the end of an older line, whenever
        // it
        // is noticed, cannot undo the beginning of this one
        Line older = byNode.put(line.nodeId(), line);
        if (older != null) {
            older.close(LineMessage.CLOSE_REPLACED, "a newer line of node " + line.name() + " replaces this one");
        }
        onCore(() -> {
            leases.connected(line.nodeId(), line.name());
            long leaseMillis = leases.leaseMillis();
            return () -> {
                LOG.info("node {} ({}) is on the line", line.name(), line.nodeId());
                line.send(new LineMessage.Welcome(
                        leader.clusterId(),
                        leaseMillis,
                        settings.get().hazelcastCluster(),
                        settings.get().hazelcast()));
            };
        });
    }

    private void renew(Line line, LineMessage.Renew renew) {
        if (byNode.get(line.nodeId()) != line) {
            return; // not admitted yet, or replaced: this line holds no lease
        }
        onCore(() -> {
            leases.renewed(line.nodeId());
            long leaseMillis = leases.leaseMillis();
            return () -> line.send(new LineMessage.Renewed(renew.sequence(), leaseMillis));
        });
    }

    private void ended(Line line) {
        lines.remove(line);
        if (byNode.remove(line.nodeId(), line)) {
            LOG.info("node {} ({}) left the line", line.name(), line.nodeId());
            streams.nodeGone(line.nodeId());
            onCore(() -> {
                leases.disconnected(line.nodeId());
                return () -> {};
            });
        }
    }

    private void endSilent() {
        long leaseMillis = leases.leaseMillis();
        for (Line line : List.copyOf(lines)) {
            if (line.greeted() && line.silentMillis(clock.monotonicMillis()) > leaseMillis) {
                line.close(LineMessage.CLOSE_TRY_LATER, "nothing heard for " + leaseMillis + " ms");
                // a peer that hangs answers no closing handshake: do not wait for it
                ended(line);
            }
        }
    }

    /** Runs on the scheduler's context; what it returns runs back on the server's. */
    private void onCore(Supplier<Runnable> work) {
        Context here = vertx.getOrCreateContext();
        core.runOnContext(there -> {
            Runnable back = work.get();
            here.runOnContext(again -> back.run());
        });
    }
}
