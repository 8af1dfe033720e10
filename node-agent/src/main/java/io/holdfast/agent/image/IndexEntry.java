package io.holdfast.agent.image;

/**
 * A manifest in an index.
 *
 * @param os empty where the index does not say, as {@code architecture} and {@code variant}
 * @param tag of the annotation {@code org.opencontainers.image.ref.name}, or empty
 */
public record IndexEntry(Descriptor manifest, String os, String architecture, String variant, String tag) {
    String platform() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
