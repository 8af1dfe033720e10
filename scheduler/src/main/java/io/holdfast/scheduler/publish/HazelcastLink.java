package io.holdfast.scheduler.publish;

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
    private final HazelcastInstance member;
    private final Loop loop;
    private final AsyncCalls calls;
    private final IMap<String, Manifest> manifests;
    private final IMap<String, Report> reports;
    private final IMap<String, NodeRegistration> nodes;
    private final IMap<String, String> specs;
    private volatile boolean closed;

    private HazelcastLink(HazelcastInstance member, Loop loop) {
        this.member = member;
        this.loop = loop;
        this.calls = new AsyncCalls("holdfast-cluster-member", loop::execute);
        this.manifests = ClusterMaps.manifests(member);
        this.reports = ClusterMaps.reports(member);
        this.nodes = ClusterMaps.nodes(member);
        this.specs = ClusterMaps.specs(member);
    }

    /**
     * Starts a member. Blocks for as long as that takes, half a second or so.
     *
     * @param config as {@link MemberConfigs} makes it
     * @throws com.hazelcast.core.HazelcastException when the port is taken
     */
    public static HazelcastLink start(Config config, Loop loop) {
        return new HazelcastLink(Hazelcast.newHazelcastInstance(config), loop);
    }

    @Override
    public void listen(Inbox inbox) {
        calls.run(() -> {
            nodes.addEntryListener(new Changes<NodeRegistration>(inbox::nodeChanged), false);
            reports.addEntryListener(new Changes<Report>(inbox::reportChanged), false);
        });
    }

    @Override
    public Future<Optional<NodeRegistration>> registration(String nodeId) {
        return call(() -> nodes.getAsync(nodeId)).map(Optional::ofNullable);
    }

    @Override
    public Future<Optional<Report>> report(String nodeId) {
        return call(() -> reports.getAsync(nodeId)).map(Optional::ofNullable);
    }

    @Override
    public Future<Snapshot> snapshot() {
        return blocking(() -> new Snapshot(new ArrayList<>(nodes.values()), new ArrayList<>(reports.values())));
    }

    @Override
    public Future<Long> publish(String nodeId, Manifest manifest) {
        return call(() -> manifests.submitToKey(nodeId, new PublishManifest(manifest)));
    }

    @Override
    public Future<Void> putSpecs(Map<String, String> more) {
        return call(() -> specs.setAllAsync(more));
    }

    @Override
    public Future<Void> retainSpecs(Collection<String> hashes) {
        Set<String> kept = Set.copyOf(hashes);
        return blocking(() -> {
            Set<String> gone = new HashSet<>(specs.keySet());
            gone.removeAll(kept);
            gone.forEach(specs::delete);
            return null;
        });
    }

    @Override
    public Future<Void> forget(String nodeId) {
        return blocking(() -> {
            nodes.delete(nodeId);
            reports.delete(nodeId);
            manifests.delete(nodeId);
            return null;
        });
    }

    @Override
    public String clusterName() {
        return member.getConfig().getClusterName();
    }

    @Override
    public List<String> addresses() {
        var address = member.getCluster().getLocalMember().getAddress();
        return List.of(address.getHost() + ":" + address.getPort());
    }

    @Override
    public Future<Void> close() {
        closed = true;
        Promise<Void> done = Promise.promise();
        boolean taken = calls.run(() -> {
            try {
                member.shutdown();
            } finally {
                loop.execute(done::tryComplete);
            }
        });
        calls.close();
        return taken ? done.future() : Future.succeededFuture();
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
