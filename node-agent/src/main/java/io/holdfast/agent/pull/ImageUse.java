package io.holdfast.agent.pull;

import java.util.List;
import java.util.Map;

/**
 * Which allocations of this node need which image to run, or to run anew.
 *
 * @param known false while a specification, or the whole manifest, is not at hand: nothing may be taken for unused then
 * @param allocations ids by reference
 */
public record ImageUse(boolean known, Map<String, List<String>> allocations) {
    public ImageUse {
        allocations = Map.copyOf(allocations);
    }

    List<String> of(String reference) {
        return allocations.getOrDefault(reference, List.of());
    }
}
