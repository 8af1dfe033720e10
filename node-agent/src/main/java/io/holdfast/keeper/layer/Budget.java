package io.holdfast.keeper.layer;

/** What one layer has used of its limits. */
final class Budget {
    private final LayerLimits limits;
    private long entries;
    private long bytes;

    Budget(LayerLimits limits) {
        this.limits = limits;
    }

    LayerLimits limits() {
        return limits;
    }

    long bytes() {
        return bytes;
    }

    /** One more entry of the archive, or directory that is implied. */
    void entry() throws Refusal {
        if (++entries > limits.entries()) {
            throw new Refusal("the layer has more than %d entries".formatted(limits.entries()));
        }
    }

    /** Before they are read. */
    void content(long count) throws Refusal {
        if (count > limits.bytes() - bytes) {
            throw new Refusal("%d bytes of content after %d are above %d".formatted(count, bytes, limits.bytes()));
        }
        bytes += count;
    }
}
