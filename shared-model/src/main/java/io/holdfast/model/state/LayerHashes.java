package io.holdfast.model.state;

import java.util.Arrays;
import java.util.Collection;

/**
 * Which layers of images a node has, each told by the first 64 bits of its diff id: enough to prefer a node, and eight bytes. Two layers
 * that share them cost a wrong preference, nothing else. A value; safe for any thread.
 */
public final class LayerHashes {
    /** More are not told: a registration is published again and again. */
    public static final int MAX = 512;

    public static final LayerHashes NONE = new LayerHashes(new long[0]);

    private static final String ALGORITHM = "sha256:";
    private static final int HEX_DIGITS = 16;

    /** Sorted, each once. */
    private final long[] hashes;

    private LayerHashes(long[] hashes) {
        this.hashes = hashes;
    }

    /** The first {@link #MAX} of these diff ids; what is no diff id is passed over. */
    public static LayerHashes of(Collection<String> diffIds) {
        return of(diffIds.stream()
                .mapToLong(LayerHashes::hash)
                .filter(hash -> hash != 0)
                .distinct()
                .limit(MAX)
                .toArray());
    }

    /** As {@link #toArray} has them, in any order; beyond {@link #MAX} they are passed over. */
    public static LayerHashes of(long[] hashes) {
        long[] sorted = Arrays.stream(hashes).limit(MAX).sorted().distinct().toArray();
        return sorted.length == 0 ? NONE : new LayerHashes(sorted);
    }

    /** 0 for what is no diff id. */
    public static long hash(String diffId) {
        if (!diffId.startsWith(ALGORITHM) || diffId.length() < ALGORITHM.length() + HEX_DIGITS) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(diffId, ALGORITHM.length(), ALGORITHM.length() + HEX_DIGITS, 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    public boolean has(long hash) {
        return Arrays.binarySearch(hashes, hash) >= 0;
    }

    public long[] toArray() {
        return hashes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerHashes same && Arrays.equals(hashes, same.hashes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hashes);
    }

    @Override
    public String toString() {
        return hashes.length + " layers";
    }
}
