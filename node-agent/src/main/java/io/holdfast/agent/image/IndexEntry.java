package io.holdfast.agent.image;

/**
 * A manifest in an index.
 *
 * @param os empty where the index does not say, as {@code architecture} and {@code variant}
 * @param tag of the annotation {@code org.opencontainers.image.ref.name}, or empty
 * @param name of the annotation {@code io.containerd.image.name}, which Docker writes, or empty
 */
public record IndexEntry(Descriptor manifest, String os, String architecture, String variant, String tag, String name) {

    /** What it is called in full; empty where it has but a tag. The image specification leaves what a tag looks like to who writes it. */
    public String reference() {
        if (!name.isEmpty()) {
            return name;
        }
        return tag.contains(":") || tag.contains("/") ? tag : "";
    }

    String platform() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
