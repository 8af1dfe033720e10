package io.holdfast.agent.image;

import java.util.List;

/**
 * An image for this node's platform, down to the digests.
 *
 * @param digest of the platform's manifest; of the configuration, where an archive of the old form holds no manifest
 * @param indexDigest of the index the manifest was picked from, or empty
 * @param layers the lowest first
 */
public record ResolvedImage(String digest, String indexDigest, ImageConfig config, List<LayerBlob> layers) {
    public ResolvedImage {
        layers = List.copyOf(layers);
    }

    /** Of what the image's name stands for at its source: of the index, where there is one. */
    public String rootDigest() {
        return indexDigest.isEmpty() ? digest : indexDigest;
    }
}
