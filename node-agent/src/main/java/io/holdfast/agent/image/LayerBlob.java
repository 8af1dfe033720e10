package io.holdfast.agent.image;

/**
 * A layer as it is stored.
 *
 * @param digest of the blob; of its decompressed tar, where an archive of the old form tells no other
 * @param sizeBytes of the blob
 * @param diffId of the decompressed tar
 */
public record LayerBlob(String digest, String mediaType, long sizeBytes, String diffId) {}
