package io.holdfast.agent.cluster;

import io.holdfast.model.state.Manifest;

/** Which manifests are believed. Whatever is not believed is no news: it neither starts nor stops anything. */
public final class ManifestGate {

    /** More rows than a node is designed for by far. */
    public static final int MAX_ROWS = 10_000;

    /** What became of a candidate. */
    public sealed interface Verdict {
        record Believed() implements Verdict {}

        /** It is the one that is followed already. */
        record Known() implements Verdict {}

        /** @param reason one line, for the log */
        record Refused(String reason) implements Verdict {}
    }

    private ManifestGate() {}

    /**
     * @param clusterId the cluster that this node follows
     * @param epochSeen the highest epoch ever believed
     * @param present the manifest that is followed; one without a cluster id where there is none yet
     */
    public static Verdict judge(String clusterId, long epochSeen, Manifest present, Manifest candidate) {
        if (candidate.clusterId().isEmpty() || candidate.epoch() <= 0) {
            return new Verdict.Refused("it is empty");
        }
        if (!candidate.clusterId().equals(clusterId)) {
            return new Verdict.Refused(
                    "it is of cluster " + candidate.clusterId() + ", this node follows " + clusterId);
        }
        if (candidate.rowCount() != candidate.rows().size()) {
            return new Verdict.Refused("it has " + candidate.rows().size() + " rows and says " + candidate.rowCount());
        }
        if (candidate.rowCount() > MAX_ROWS) {
            return new Verdict.Refused(candidate.rowCount() + " rows are above " + MAX_ROWS);
        }
        if (candidate.rows().stream().map(row -> row.allocationId()).distinct().count() != candidate.rowCount()) {
            return new Verdict.Refused("it names an allocation twice");
        }
        if (candidate.epoch() < epochSeen) {
            return new Verdict.Refused(
                    "its epoch " + candidate.epoch() + " is below " + epochSeen + ", the highest this node has seen");
        }
        boolean sameEpoch = present.clusterId().equals(clusterId) && candidate.epoch() == present.epoch();
        if (sameEpoch && candidate.revision() == present.revision()) {
            return new Verdict.Known();
        }
        if (sameEpoch && candidate.revision() < present.revision()) {
            return new Verdict.Refused(
                    "its revision " + candidate.revision() + " is below " + present.revision() + " of the same epoch");
        }
        return new Verdict.Believed();
    }
}
