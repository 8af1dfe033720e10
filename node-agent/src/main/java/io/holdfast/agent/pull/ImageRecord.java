package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageConfig;
import java.util.List;

/**
 * What a reference stood for when it was fetched last.
 *
 * @param reference in full
 * @param digest of the manifest
 * @param layers the lowest first
 * @param usedAtMillis when it was wished for last
 */
public record ImageRecord(
        String reference,
        String digest,
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
        return new ImageRecord(reference, digest, config, layers, pulledAtMillis, nowMillis);
    }
}
