package io.holdfast.scheduler.publish;

import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.scheduler.loop.Loop;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every node's manifest in line with what is committed: touched nodes are collected while others are under way, so that a
 * pass that fills a node is one operation; what fails is sent again; a full pass sends everything again. Specifications go before
 * the manifests that name them. On the scheduler's loop.
 */
public final class ManifestPublisher {

    /** So many manifests at most are under way at once. */
    static final int MAX_UNDER_WAY = 256;

    /** What failed is sent again after this. */
    static final long RETRY_MILLIS = 250;

    /** Room for the revisions of one epoch. Revisions grow across leaders because the epoch stands above them. */
    static final int REVISION_BITS = 32;

    /** Where the contents come from. */
    public interface Source {
        /** All rows of a node's manifest, by allocation id. */
        List<ManifestRow> rows(String nodeId);

        /** A group's document as canonical JSON. */
        String spec(String hash);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ManifestPublisher.class);

    private final ClusterLink link;
    private final Loop loop;
    private final Source source;
    private final LongConsumer fenced;

    private final Set<String> dirty = new LinkedHashSet<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, Manifest> newest = new HashMap<>();
    private final Set<String> specsSent = new HashSet<>();
    private String clusterId = "";
    private long epoch;
    private long revision;
    private boolean retrying;
    private boolean flushing;

    /** @param fenced is told the epoch of a manifest that stands above ours */
    public ManifestPublisher(ClusterLink link, Loop loop, Source source, LongConsumer fenced) {
        this.link = link;
        this.loop = loop;
        this.source = source;
        this.fenced = fenced;
    }

    /** From now on manifests carry this epoch. */
    public void lead(String ofCluster, long newEpoch) {
        stop();
        clusterId = ofCluster;
        epoch = newEpoch;
        revision = newEpoch << REVISION_BITS;
    }

    /** Nothing more is sent: this scheduler does not lead. */
    public void stop() {
        epoch = 0;
        dirty.clear();
        newest.clear();
        specsSent.clear();
    }

    /** The node's manifest may have changed. */
    public void touch(String nodeId) {
        if (epoch == 0) {
            return;
        }
        dirty.add(nodeId);
        if (!flushing) {
            // later, so that all that one turn of the loop touches goes together
            flushing = true;
            loop.execute(this::flush);
        }
    }

    /** Everything once more, under the revision it has: what stands there is left, what was lost is there again. */
    public void repeatAll(Iterable<String> nodeIds) {
        specsSent.clear();
        nodeIds.forEach(this::touch);
    }

    /** Removes all specifications but these. One that is needed again later is sent again. */
    public Future<Void> retainSpecs(Collection<String> hashes) {
        specsSent.retainAll(Set.copyOf(hashes));
        return link.retainSpecs(hashes);
    }

    public void forget(String nodeId) {
        dirty.remove(nodeId);
        newest.remove(nodeId);
    }

    /** Whether everything that was touched stands there. */
    public boolean settled() {
        return dirty.isEmpty() && underWay.isEmpty();
    }

    private void flush() {
        flushing = false;
        List<String> next = dirty.stream()
                .filter(nodeId -> !underWay.contains(nodeId))
                .limit(Math.max(0, MAX_UNDER_WAY - underWay.size()))
                .toList();
        if (epoch == 0 || next.isEmpty()) {
            return;
        }
        long ofEpoch = epoch;
        Map<String, Manifest> batch = new HashMap<>();
        Map<String, String> specs = new HashMap<>();
        for (String nodeId : next) {
            dirty.remove(nodeId);
            underWay.add(nodeId);
            Manifest manifest = manifest(nodeId);
            batch.put(nodeId, manifest);
            for (ManifestRow row : manifest.rows()) {
                // nothing of what has ended is started again
                if (row.desired() != Desired.ENDED && !specsSent.contains(row.specHash())) {
                    specs.computeIfAbsent(row.specHash(), source::spec);
                }
            }
        }
        Future<Void> before = specs.isEmpty() ? Future.succeededFuture() : link.putSpecs(specs);
        before.onComplete(sent -> {
            if (sent.failed()) {
                batch.keySet().forEach(nodeId -> failed(nodeId, ofEpoch, sent.cause()));
                return;
            }
            if (ofEpoch == epoch) {
                specsSent.addAll(specs.keySet());
            }
            batch.forEach((nodeId, manifest) -> send(nodeId, manifest, ofEpoch));
        });
    }

    private void send(String nodeId, Manifest manifest, long ofEpoch) {
        link.publish(nodeId, manifest).onComplete(answer -> {
            if (answer.failed()) {
                failed(nodeId, ofEpoch, answer.cause());
                return;
            }
            underWay.remove(nodeId);
            if (answer.result() > ofEpoch && ofEpoch == epoch) {
                fenced.accept(answer.result());
            } else if (!dirty.isEmpty()) {
                flush();
            }
        });
    }

    private void failed(String nodeId, long ofEpoch, Throwable cause) {
        underWay.remove(nodeId);
        if (ofEpoch != epoch) {
            return;
        }
        LOG.warn("manifest of node {} was not published, trying again: {}", nodeId, cause.toString());
        dirty.add(nodeId);
        if (!retrying) {
            retrying = true;
            loop.after(RETRY_MILLIS, () -> {
                retrying = false;
                flush();
            });
        }
    }

    /** Under a new revision where its rows are new. */
    private Manifest manifest(String nodeId) {
        List<ManifestRow> rows = source.rows(nodeId);
        Manifest present = newest.get(nodeId);
        if (present != null && present.rows().equals(rows)) {
            return present;
        }
        Manifest manifest = new Manifest(clusterId, epoch, ++revision, rows.size(), rows);
        newest.put(nodeId, manifest);
        return manifest;
    }
}
