package io.holdfast.agent.cluster;

import io.holdfast.cluster.AgentClient;
import io.holdfast.cluster.ClientConfigs;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's documents in Hazelcast, level-triggered: registration and report are published until they stand, and again from
 * time to time since the maps may lose anything; the manifest is looked at when something says that it changed, and from time
 * to time since that may be lost too. For one context.
 */
public final class ClusterLink implements AgentClient.Notices {

    /** Every so often the manifest is looked at and the registration repeated, whatever events said. */
    public static final long LOOK_INTERVAL_MILLIS = 10_000;

    /** The report, which may be large, is repeated every so many looks. */
    static final int LOOKS_PER_REPORT = 6;

    /** A specification that is not there yet is asked for again after this. */
    static final long SPEC_RETRY_MILLIS = 250;

    /** Hazelcast refuses a second client of one name in a process, also while the first is being shut down. */
    private static final AtomicLong CLIENTS = new AtomicLong();

    private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);

    /** What the agent is told, on its context. */
    public interface Listener {

        /** A manifest stands there; whether to believe it is the listener's to judge. {@code mark} is what the agent's
         * counter said when it was asked for. */
        void manifest(Manifest manifest, long mark);

        /** Something came that may let the node go on: a specification, or the time to ask for it again. */
        void lookAgain();
    }

    private final Vertx vertx;
    private final Context context;
    private final String nodeId;
    private final String name;
    private final LongSupplier mark;
    private final Listener listener;
    private final SpecCache cache = new SpecCache();
    private final Publisher<NodeRegistration> registrations;
    private final Publisher<Report> reports;

    private AgentClient client;
    private String joined = "";
    private boolean online;
    private boolean asking;
    private boolean askAgain;
    private boolean sawManifest;
    private long looks;
    private volatile boolean closed;
    private final long timer;

    /**
     * To be made on the context it is used on.
     *
     * @param mark read when a manifest is asked for, given back with it
     */
    public ClusterLink(Vertx vertx, String nodeId, String name, LongSupplier mark, Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.nodeId = nodeId;
        this.name = name;
        this.mark = mark;
        this.listener = listener;
        this.registrations = new Publisher<>(vertx, "the registration", this::register);
        this.reports = new Publisher<>(vertx, "the report", this::publish);
        this.timer = vertx.setPeriodic(LOOK_INTERVAL_MILLIS, tick -> fullLook());
    }

    /** Follows these members from now on; the same ones once more change nothing. */
    public void join(String hazelcastCluster, List<String> addresses) {
        String wanted = hazelcastCluster + " " + addresses;
        if (closed || wanted.equals(joined) || addresses.isEmpty()) {
            return;
        }
        leave();
        joined = wanted;
        client = AgentClient.start(
                ClientConfigs.agent(hazelcastCluster, addresses, name + "-" + CLIENTS.incrementAndGet()),
                nodeId,
                this::onContext,
                new NoticesOf(wanted));
    }

    /** From Hazelcast's threads. Its client ends in the background, when the event loop may be gone already. */
    private void onContext(Runnable task) {
        if (!closed) {
            context.runOnContext(now -> task.run());
        }
    }

    /** What an earlier client still says is not heard. */
    private final class NoticesOf implements AgentClient.Notices {
        private final String members;

        NoticesOf(String members) {
            this.members = members;
        }

        @Override
        public void connected() {
            if (members.equals(joined)) {
                ClusterLink.this.connected();
            }
        }

        @Override
        public void disconnected() {
            if (members.equals(joined)) {
                ClusterLink.this.disconnected();
            }
        }

        @Override
        public void manifestChanged() {
            if (members.equals(joined)) {
                ClusterLink.this.manifestChanged();
            }
        }
    }

    @Override
    public void connected() {
        online = true;
        registrations.online(true);
        reports.online(true);
        look();
    }

    @Override
    public void disconnected() {
        online = false;
        registrations.online(false);
        reports.online(false);
    }

    @Override
    public void manifestChanged() {
        look();
    }

    public boolean online() {
        return online;
    }

    public void registration(NodeRegistration registration) {
        registrations.offer(registration);
    }

    public void report(Report report) {
        reports.offer(report);
    }

    /** Whether all that was given stands there. */
    public boolean settled() {
        return registrations.settled() && reports.settled();
    }

    public Map<String, GroupDocument> specs() {
        return cache.specs();
    }

    /** Keeps these specifications and no others. */
    public void retainSpecs(Set<String> hashes) {
        cache.retain(hashes);
    }

    /** Asks for those that are not on their way already; {@link Listener#lookAgain} follows. */
    public void fetchSpecs(Set<String> hashes) {
        for (String hash : hashes) {
            if (online && cache.ask(hash)) {
                client.spec(hash).whenComplete((text, trouble) -> {
                    if (trouble == null && text.isPresent() && keep(hash, text.get())) {
                        cache.answered(hash);
                        listener.lookAgain();
                    } else {
                        vertx.setTimer(SPEC_RETRY_MILLIS, over -> {
                            cache.answered(hash);
                            listener.lookAgain();
                        });
                    }
                });
            }
        }
    }

    private boolean keep(String hash, String text) {
        if (!GroupCodec.hash(text).equals(hash)) {
            LOG.warn("the specification {} is refused: its text has the hash {}", hash, GroupCodec.hash(text));
            return false;
        }
        Outcome<GroupDocument> decoded = GroupCodec.decode(text);
        if (decoded instanceof Outcome.Ok<GroupDocument> ok) {
            cache.put(hash, ok.value());
            return true;
        }
        LOG.warn("the specification {} is refused: {}", hash, ((Outcome.Refused<GroupDocument>) decoded).errors());
        return false;
    }

    /** Asks for the manifest; while an answer is awaited, once more after it. */
    public void look() {
        if (!online) {
            return;
        }
        if (asking) {
            askAgain = true;
            return;
        }
        asking = true;
        askAgain = false;
        long asked = mark.getAsLong();
        client.manifest().whenComplete((manifest, trouble) -> {
            asking = false;
            if (trouble != null) {
                LOG.debug("the manifest could not be looked at: {}", trouble.toString());
                vertx.setTimer(SPEC_RETRY_MILLIS, over -> look());
                return;
            }
            if (manifest.isPresent()) {
                sawManifest = true;
                listener.manifest(manifest.get(), asked);
            } else if (sawManifest) {
                // what was there is gone, so the maps have been lost: what we put there is gone as well
                sawManifest = false;
                registrations.again();
                reports.again();
            }
            if (askAgain) {
                look();
            }
        });
    }

    private void fullLook() {
        look();
        registrations.again();
        if (++looks % LOOKS_PER_REPORT == 0) {
            reports.again();
        }
    }

    private CompletionStage<Boolean> register(NodeRegistration registration) {
        return client == null ? gone() : client.register(registration).thenApply(this::warnIfOlder);
    }

    private boolean warnIfOlder(boolean accepted) {
        if (!accepted) {
            LOG.warn(
                    "a later start of node {} is registered: are there two agents with one data directory's copy?",
                    nodeId);
        }
        return accepted;
    }

    private CompletionStage<Boolean> publish(Report report) {
        return client == null ? gone() : client.publish(report);
    }

    private static CompletionStage<Boolean> gone() {
        return CompletableFuture.failedFuture(new IllegalStateException("there is no hazelcast client"));
    }

    private void leave() {
        if (client != null) {
            client.close();
            client = null;
            joined = "";
            disconnected();
        }
    }

    public void close() {
        vertx.cancelTimer(timer);
        closed = true;
        leave();
    }
}
