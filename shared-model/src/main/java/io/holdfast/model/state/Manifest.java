package io.holdfast.model.state;

import java.util.List;

/**
 * All allocations that should be on one node now. An empty or missing document is "no news": an allocation leaves it only
 * after its result is committed, and only a document of the same cluster, of no lower epoch and with as many rows as {@code
 * rowCount} says is believed.
 *
 * @param revision grows with every change, also across leaders
 */
public record Manifest(String clusterId, long epoch, long revision, int rowCount, List<ManifestRow> rows) {
    public Manifest {
        rows = List.copyOf(rows);
    }
}
