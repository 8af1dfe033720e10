package io.holdfast.scheduler.publish;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.map.listener.MapListener;
import io.holdfast.cluster.AsyncCalls;
import io.holdfast.cluster.ClusterMaps;
import io.holdfast.cluster.MemberConfigs;
import io.holdfast.cluster.PublishManifest;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.holdfast.scheduler.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The link over a Hazelcast member in this process. All that blocks happens on a thread of its own. */
public final class HazelcastLink implements ClusterLink {
    private final Loop loop;
    private final AsyncCalls calls;
    private final String clusterName;
    private final Future<Void> started;
    private volatile boolean closed;

    /** All of these are written on the thread of {@link #calls} before anything else happens there. */
    private HazelcastInstance member;

    private IMap<String, Manifest> manifests;
    private IMap<String, Report> reports;
    private IMap<String, NodeRegistration> nodes;
    private IMap<String, String> specs;
    private volatile List<String> addresses = List.of();

    private HazelcastLink(Config config, Loop loop) {
        this.loop = loop;
        this.calls = new AsyncCalls("holdfast-cluster-member", loop::execute);
        this.clusterName = config.getClusterName();
        this.started = blocking(() -> {
            begin(Hazelcast.newHazelcastInstance(config));
            return null;
        });
    }

    /**
     * Starts a member and returns at once; calls that are made meanwhile wait for it.
     *
     * @param config as {@link MemberConfigs} makes it
     */
    public static HazelcastLink start(Config config, Loop loop) {
        return new HazelcastLink(config, loop);
    }

    /** Completes on the loop once the member is there; fails with {@link CannotJoin}. */
    public Future<Void> started() {
        return started.recover(cause -> Future.failedFuture(new CannotJoin(cause)));
    }

    private void begin(HazelcastInstance made) {
        member = made;
        manifests = ClusterMaps.manifests(made);
        reports = ClusterMaps.reports(made);
        nodes = ClusterMaps.nodes(made);
        specs = ClusterMaps.specs(made);
        Address address = made.getCluster().getLocalMember().getAddress();
        addresses = List.of(address.getHost() + ":" + address.getPort());
    }

    /** The member did not start; the message is one for the user. */
    public static final class CannotJoin extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotJoin(Throwable cause) {
            super("hazelcast did not start: " + cause.getMessage(), cause);
        }
    }

    @Override
    public void listen(Inbox inbox) {
        calls.run(() -> {
            if (member == null) {
                return;
            }
            nodes.addEntryListener(new Changes<NodeRegistration>(inbox::nodeChanged), false);
            reports.addEntryListener(new Changes<Report>(inbox::reportChanged), false);
        });
    }

    @Override
    public Future<Optional<NodeRegistration>> registration(String nodeId) {
        return call(() -> up(nodes).getAsync(nodeId)).map(Optional::ofNullable);
    }

    @Override
    public Future<Optional<Report>> report(String nodeId) {
        return call(() -> up(reports).getAsync(nodeId)).map(Optional::ofNullable);
    }

    @Override
    public Future<Snapshot> snapshot() {
        return blocking(() -> new Snapshot(new ArrayList<>(up(nodes).values()), new ArrayList<>(reports.values())));
    }

    @Override
    public Future<Long> publish(String nodeId, Manifest manifest) {
        return call(() -> up(manifests).submitToKey(nodeId, new PublishManifest(manifest)));
    }

    @Override
    public Future<Void> putSpecs(Map<String, String> more) {
        return call(() -> up(specs).setAllAsync(more));
    }

    @Override
    public Future<Void> retainSpecs(Collection<String> hashes) {
        Set<String> kept = Set.copyOf(hashes);
        return blocking(() -> {
            Set<String> gone = new HashSet<>(up(specs).keySet());
            gone.removeAll(kept);
            gone.forEach(specs::delete);
            return null;
        });
    }

    @Override
    public Future<Void> forget(String nodeId) {
        return blocking(() -> {
            up(nodes).delete(nodeId);
            reports.delete(nodeId);
            manifests.delete(nodeId);
            return null;
        });
    }

    @Override
    public String clusterName() {
        return clusterName;
    }

    @Override
    public List<String> addresses() {
        return addresses;
    }

    @Override
    public Future<Void> close() {
        closed = true;
        Promise<Void> done = Promise.promise();
        boolean taken = calls.run(() -> {
            try {
                if (member != null) {
                    member.shutdown();
                }
            } finally {
                loop.execute(done::tryComplete);
            }
        });
        calls.close();
        return taken ? done.future() : Future.succeededFuture();
    }

    private static <V> IMap<String, V> up(IMap<String, V> map) {
        if (map == null) {
            throw new IllegalStateException("the hazelcast member did not start");
        }
        return map;
    }

    /** For what has no asynchronous form: on the link's thread. */
    private <T> Future<T> blocking(Supplier<T> operation) {
        return call(() -> CompletableFuture.completedFuture(operation.get()));
    }

    private <T> Future<T> call(Supplier<CompletionStage<T>> operation) {
        Promise<T> promise = Promise.promise();
        calls.call(operation).whenComplete((value, fault) -> {
            if (fault == null) {
                promise.complete(value);
            } else {
                promise.fail(fault);
            }
        });
        return promise.future();
    }

    private final class Changes<V>
            implements MapListener, EntryAddedListener<String, V>, EntryUpdatedListener<String, V> {
        private final Consumer<String> tell;

        Changes(Consumer<String> tell) {
            this.tell = tell;
        }

        @Override
        public void entryAdded(EntryEvent<String, V> event) {
            changed(event.getKey());
        }

        @Override
        public void entryUpdated(EntryEvent<String, V> event) {
            changed(event.getKey());
        }

        private void changed(String nodeId) {
            loop.execute(() -> {
                if (!closed) {
                    tell.accept(nodeId);
                }
            });
        }
    }
}
