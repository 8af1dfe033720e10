package io.holdfast.placement;

import io.holdfast.placement.table.Grant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answer to one request: a node, or why there is none. */
public sealed interface Placement {

    /**
     * @param score in [0, 1]
     * @param grant which ports and devices
     * @param best the best nodes, this one first: why here
     */
    record Placed(String nodeId, double score, Grant grant, List<Candidate> best) implements Placement {}

    /**
     * A node that came into question.
     *
     * @param score in [0, 1]: the mean of the parts by their weights
     */
    record Candidate(String nodeId, double score, List<Part> parts) {}

    /** @param value in [0, 1] */
    record Part(String word, int weight, double value) {}

    /**
     * @param nodesByReason how many nodes failed at which filter, in the order of the filters
     * @param message one line with the nearest miss: {@code 3 nodes lack memory: need 4Gi, nearest miss 2Gi free on node-7}
     */
    record Unplaced(Map<String, Integer> nodesByReason, String message) implements Placement {
        public Unplaced {
            nodesByReason = Collections.unmodifiableMap(new LinkedHashMap<>(nodesByReason));
        }
    }
}
