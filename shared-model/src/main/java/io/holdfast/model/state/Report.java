package io.holdfast.model.state;

import java.util.List;

/**
 * A node's report: what its agent observed of every allocation it knows.
 *
 * @param clusterId of the manifests it follows
 * @param epochSeen the highest epoch it has accepted
 * @param manifestRevision the revision of the manifest it has acted on last
 * @param revision grows with every change of this document; starts anew, with another {@code incarnation}, when the agent does
 * @param incarnation milliseconds since the epoch when the agent started
 */
public record Report(
        String nodeId,
        String clusterId,
        long epochSeen,
        long manifestRevision,
        long incarnation,
        long revision,
        List<AllocationReport> allocations) {
    public Report {
        allocations = List.copyOf(allocations);
    }
}
