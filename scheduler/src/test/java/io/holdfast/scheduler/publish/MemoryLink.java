package io.holdfast.scheduler.publish;

import io.holdfast.cluster.PublishManifest;
import io.holdfast.cluster.PublishReport;
import io.holdfast.cluster.RegisterNode;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A link without Hazelcast: the same entry processors on maps of this process. */
public final class MemoryLink implements ClusterLink {

    /** The maps, which several schedulers may share. */
    public static final class Maps {
        final Map<String, Manifest> manifests = new TreeMap<>();
        final Map<String, Report> reports = new TreeMap<>();
        final Map<String, NodeRegistration> nodes = new TreeMap<>();
        final Map<String, String> specs = new TreeMap<>();
        final List<MemoryLink> links = new ArrayList<>();

        public Optional<Manifest> manifest(String nodeId) {
            return Optional.ofNullable(manifests.get(nodeId));
        }

        public Optional<String> spec(String hash) {
            return Optional.ofNullable(specs.get(hash));
        }

        /** As an agent does. */
        public boolean register(NodeRegistration registration) {
            Slot<NodeRegistration> slot = new Slot<>(nodes, registration.nodeId());
            boolean accepted = new RegisterNode(registration).process(slot);
            tell(inbox -> inbox.nodeChanged(registration.nodeId()), slot.written);
            return accepted;
        }

        /** As an agent does. */
        public boolean publish(Report report) {
            Slot<Report> slot = new Slot<>(reports, report.nodeId());
            boolean accepted = new PublishReport(report).process(slot);
            tell(inbox -> inbox.reportChanged(report.nodeId()), slot.written);
            return accepted;
        }

        /** Everything is lost, as Hazelcast may. */
        public void lose() {
            manifests.clear();
            reports.clear();
            nodes.clear();
            specs.clear();
        }

        private void tell(Consumer<Inbox> notice, boolean changed) {
            if (changed) {
                links.forEach(link -> link.tell(notice));
            }
        }
    }

    /** An entry as a processor sees it. */
    private static final class Slot<V> extends AbstractMap.SimpleEntry<String, V> {
        private static final long serialVersionUID = 1;

        private final transient Map<String, V> map;
        private boolean written;

        Slot(Map<String, V> map, String key) {
            super(key, map.get(key));
            this.map = map;
        }

        @Override
        public V setValue(V value) {
            written = true;
            map.put(getKey(), value);
            return super.setValue(value);
        }
    }

    private final Maps maps;
    private final Executor loop;
    private BooleanSupplier callFails = () -> false;
    private BooleanSupplier noticeLost = () -> false;
    private Inbox inbox;
    private boolean closed;

    public MemoryLink(Maps maps, Executor loop) {
        this.maps = maps;
        this.loop = loop;
        maps.links.add(this);
    }

    /** From now on calls fail and notices get lost as these say. */
    public void faults(BooleanSupplier calls, BooleanSupplier notices) {
        callFails = calls;
        noticeLost = notices;
    }

    private void tell(Consumer<Inbox> notice) {
        if (inbox != null && !closed && !noticeLost.getAsBoolean()) {
            loop.execute(() -> notice.accept(inbox));
        }
    }

    @Override
    public void listen(Inbox listener) {
        inbox = listener;
    }

    @Override
    public Future<Optional<NodeRegistration>> registration(String nodeId) {
        return call(() -> Optional.ofNullable(maps.nodes.get(nodeId)));
    }

    @Override
    public Future<Optional<Report>> report(String nodeId) {
        return call(() -> Optional.ofNullable(maps.reports.get(nodeId)));
    }

    @Override
    public Future<Snapshot> snapshot() {
        return call(() -> new Snapshot(new ArrayList<>(maps.nodes.values()), new ArrayList<>(maps.reports.values())));
    }

    @Override
    public Future<Long> publish(String nodeId, Manifest manifest) {
        return call(() -> new PublishManifest(manifest).process(new Slot<>(maps.manifests, nodeId)));
    }

    @Override
    public Future<Void> putSpecs(Map<String, String> specs) {
        return call(() -> {
            maps.specs.putAll(specs);
            return null;
        });
    }

    @Override
    public Future<Void> retainSpecs(Collection<String> hashes) {
        return call(() -> {
            maps.specs.keySet().retainAll(new HashSet<>(hashes));
            return null;
        });
    }

    @Override
    public Future<Void> forget(String nodeId) {
        return call(() -> {
            maps.manifests.remove(nodeId);
            maps.reports.remove(nodeId);
            maps.nodes.remove(nodeId);
            return null;
        });
    }

    @Override
    public String clusterName() {
        return "holdfast-memory";
    }

    @Override
    public List<String> addresses() {
        return List.of("127.0.0.1:1");
    }

    @Override
    public Future<Void> close() {
        closed = true;
        maps.links.remove(this);
        return Future.succeededFuture();
    }

    private <T> Future<T> call(Supplier<T> operation) {
        Promise<T> promise = Promise.promise();
        boolean fails = closed || callFails.getAsBoolean();
        loop.execute(() -> {
            if (fails) {
                promise.fail(new IllegalStateException("the link is down"));
            } else {
                promise.complete(operation.get());
            }
        });
        return promise.future();
    }
}
