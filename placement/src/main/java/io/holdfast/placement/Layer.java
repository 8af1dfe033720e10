package io.holdfast.placement;

/**
 * A layer of an image that an instance needs.
 *
 * @param hash as of {@link io.holdfast.model.state.LayerHashes#hash}
 * @param bytes that a node without it has to fetch
 */
public record Layer(long hash, long bytes) {}
