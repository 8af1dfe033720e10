package io.holdfast.keeper.layer;

/**
 * What one layer may cost. An archive of a few kilobytes can ask for more of each than any machine has.
 *
 * @param entries of the archive; memory grows with it, by some 50 bytes each
 * @param bytes of content, holes counted
 * @param nameBytes of one path or link target
 * @param depth of directories
 * @param attributeBytes of one entry's extended attributes, names and values
 * @param headerBytes of what stands before one entry's content: long names, pax records, maps of holes. The parser keeps all of it
 *     in memory, several times over
 * @param impliedBytes of the paths of all directories without an entry, together
 * @param trailingBytes after the archive's end
 */
public record LayerLimits(
        long entries,
        long bytes,
        int nameBytes,
        int depth,
        int attributeBytes,
        int headerBytes,
        int impliedBytes,
        int trailingBytes) {

    /** The kernel's bounds of a path and of an attribute, and some times what the largest known images have of the others. */
    public static final LayerLimits DEFAULT =
            new LayerLimits(1_000_000, 64L << 30, 4095, 128, 64 << 10, 256 << 10, 1 << 20, 1 << 20);
}
