package io.holdfast.cluster;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.HazelcastClientOfflineException;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.map.listener.MapListener;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's way to its documents in Hazelcast, non-blocking throughout: what blocks in Hazelcast's client (its start, proxies,
 * listeners, schemas) happens on a thread of this object's own. All answers and notices come on the executor it was given.
 *
 * <p>A call while the connection is down fails at once with {@link HazelcastClientOfflineException}; the client goes on trying
 * and {@link Notices#connected} says when it is worth asking again.
 */
public final class AgentClient implements AutoCloseable {

    /** What the agent is told. Wake-ups only: they may be lost, doubled or late, and carry no value. */
    public interface Notices {

        /** The connection stands, also again: look at everything. */
        void connected();

        void disconnected();

        /** The manifest may have changed. */
        void manifestChanged();
    }

    private record Maps(
            IMap<String, Manifest> manifests,
            IMap<String, Report> reports,
            IMap<String, NodeRegistration> nodes,
            IMap<String, String> specs) {}

    private static final Logger LOG = LoggerFactory.getLogger(AgentClient.class);

    private final String nodeId;
    private final Notices notices;
    private final AsyncCalls calls;

    /** Both are touched on the thread of {@link #calls} only. */
    private HazelcastInstance client;

    private Maps maps;

    private volatile boolean online;
    private volatile boolean closed;

    private AgentClient(String nodeId, Executor executor, Notices notices) {
        this.nodeId = nodeId;
        this.notices = notices;
        this.calls = new AsyncCalls("holdfast-cluster-client", executor);
    }

    /**
     * Returns at once; {@link Notices#connected} follows.
     *
     * @param config as {@link ClientConfigs#agent} makes it
     * @param executor for answers and notices, the agent's context
     */
    public static AgentClient start(ClientConfig config, String nodeId, Executor executor, Notices notices) {
        AgentClient agent = new AgentClient(nodeId, executor, notices);
        ClientConfig own = new ClientConfig(config)
                .addListenerConfig(new ListenerConfig((LifecycleListener) event -> agent.hear(event.getState())));
        agent.calls.run(() -> agent.open(own));
        return agent;
    }

    private void open(ClientConfig config) {
        if (closed) {
            return;
        }
        try {
            client = HazelcastClient.newHazelcastClient(config);
        } catch (RuntimeException e) {
            LOG.error("the hazelcast client does not start, trying again: {}", e.toString());
            CompletableFuture.delayedExecutor(ClientConfigs.LONGEST_RETRY_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> calls.run(() -> open(config)));
        }
    }

    private void hear(LifecycleState state) {
        if (state == LifecycleState.CLIENT_CONNECTED) {
            online = true;
            calls.run(this::connected);
        } else if (state == LifecycleState.CLIENT_DISCONNECTED) {
            online = false;
            tell(notices::disconnected);
        }
    }

    private void connected() {
        if (closed || !online) {
            return;
        }
        try {
            if (maps == null) {
                Maps fresh = new Maps(
                        ClusterMaps.manifests(client),
                        ClusterMaps.reports(client),
                        ClusterMaps.nodes(client),
                        ClusterMaps.specs(client));
                fresh.manifests().addEntryListener(new ManifestListener(), nodeId, false);
                maps = fresh;
            }
            tell(notices::connected);
        } catch (RuntimeException e) {
            // lost again, or no answer in time: the former brings another event, the latter does not
            LOG.warn("cluster maps are not to be had, trying again: {}", e.toString());
            CompletableFuture.delayedExecutor(ClientConfigs.LONGEST_RETRY_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> calls.run(this::connected));
        }
    }

    /** The node's manifest, empty where there is none: which is no news. */
    public CompletionStage<Optional<Manifest>> manifest() {
        return call(m -> m.manifests().getAsync(nodeId)).thenApply(Optional::ofNullable);
    }

    /** A group's specification as canonical JSON, empty where it is not (yet) published. */
    public CompletionStage<Optional<String>> spec(String hash) {
        return call(m -> m.specs().getAsync(hash)).thenApply(Optional::ofNullable);
    }

    /** {@code false}: a later incarnation of this node's agent is registered. */
    public CompletionStage<Boolean> register(NodeRegistration registration) {
        return call(m -> m.nodes().submitToKey(nodeId, new RegisterNode(registration)));
    }

    /** {@code false}: as new a report, or a newer one, is there already. */
    public CompletionStage<Boolean> publish(Report report) {
        return call(m -> m.reports().submitToKey(nodeId, new PublishReport(report)));
    }

    /** Ends the client in the background; no notice is given after it. */
    @Override
    public void close() {
        closed = true;
        calls.run(() -> {
            if (client != null) {
                client.shutdown();
            }
        });
        calls.close();
    }

    private <T> CompletionStage<T> call(Function<Maps, CompletionStage<T>> operation) {
        return calls.call(() -> {
            if (maps == null || !online || closed) {
                throw new HazelcastClientOfflineException();
            }
            return operation.apply(maps);
        });
    }

    private void tell(Runnable notice) {
        calls.tell(() -> {
            if (!closed) {
                notice.run();
            }
        });
    }

    private final class ManifestListener
            implements MapListener, EntryAddedListener<String, Manifest>, EntryUpdatedListener<String, Manifest> {
        @Override
        public void entryAdded(EntryEvent<String, Manifest> event) {
            tell(notices::manifestChanged);
        }

        @Override
        public void entryUpdated(EntryEvent<String, Manifest> event) {
            tell(notices::manifestChanged);
        }
    }
}
