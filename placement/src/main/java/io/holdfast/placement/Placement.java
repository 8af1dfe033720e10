package io.holdfast.placement;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answer to one request: a node, or why there is none. */
public sealed interface Placement {

    /** @param score in [0, 1] */
    record Placed(String nodeId, double score) implements Placement {}

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
