package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import java.util.List;

/**
 * One group instance that wants a node.
 *
 * @param key names it in the answer
 * @param antiAffinityKey instances with the same key rather do not share a node where the score is otherwise equal; empty for none
 * @param avoid ids of nodes it just failed on
 * @param siblings ids of the nodes that hold instances with the same key already, once for each; the batch adds its own
 * @param layers of its images as far as they are known: nodes that have them are preferred
 */
public record PlacementRequest(
        String key,
        Resources resources,
        List<Constraint> constraints,
        String antiAffinityKey,
        List<String> avoid,
        List<String> siblings,
        List<Layer> layers) {
    public PlacementRequest {
        constraints = List.copyOf(constraints);
        avoid = List.copyOf(avoid);
        siblings = List.copyOf(siblings);
        layers = List.copyOf(layers);
    }

    /** One of whose images nothing is known. */
    public PlacementRequest(
            String key,
            Resources resources,
            List<Constraint> constraints,
            String antiAffinityKey,
            List<String> avoid,
            List<String> siblings) {
        this(key, resources, constraints, antiAffinityKey, avoid, siblings, List.of());
    }

    /** One without siblings outside its batch. */
    public PlacementRequest(
            String key, Resources resources, List<Constraint> constraints, String antiAffinityKey, List<String> avoid) {
        this(key, resources, constraints, antiAffinityKey, avoid, List.of(), List.of());
    }
}
