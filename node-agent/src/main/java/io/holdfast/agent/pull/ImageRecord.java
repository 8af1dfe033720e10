package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageConfig;
import java.util.List;

/**
 * What a reference stood for when it was fetched last.
 *
 * @param reference in full
 * @param digest of the manifest
 * @param rootDigest of what the reference stands for at its source: of the index, where there is one; empty where an agent wrote the
 *     record that did not keep it
 * @param layers the lowest first
 * @param usedAtMillis when it was wished for last
 */
public record ImageRecord(
        String reference,
        String digest,
        String rootDigest,
        ImageConfig config,
        List<LayerRecord> layers,
        long pulledAtMillis,
        long usedAtMillis) {

    /** @param sizeBytes as it is stored where it comes from */
    public record LayerRecord(String diffId, long sizeBytes) {}

    public ImageRecord {
        layers = List.copyOf(layers);
    }

    public List<String> diffIds() {
        return layers.stream().map(LayerRecord::diffId).toList();
    }

    ImageRecord usedAt(long nowMillis) {
        return new ImageRecord(reference, digest, rootDigest, config, layers, pulledAtMillis, nowMillis);
    }

    /** The same bytes by another name. */
    ImageRecord as(String other) {
        return new ImageRecord(other, digest, rootDigest, config, layers, pulledAtMillis, usedAtMillis);
    }

    /** For who asks: as registries and jobs have it. */
    String toldDigest() {
        return rootDigest.isEmpty() ? digest : rootDigest;
    }
}
