package io.holdfast.keeper.layer;

import java.util.List;

/**
 * An unpacked layer.
 *
 * @param bytes of content in its archive's files; a file with two names counts once
 * @param entries files, directories and whatever else is in its tree, its root aside
 * @param implied directories that were made without an entry of their own, in the order of the tree; every byte but
 *     printable ASCII, and {@code %}, is written as {@code %xx}
 */
public record Layer(DiffId id, long bytes, long entries, List<String> implied) {
    public Layer {
        implied = List.copyOf(implied);
    }
}
