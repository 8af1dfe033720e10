package io.holdfast.placement.request;

import java.util.List;
import java.util.Objects;

/**
 * One instance that wants a node.
 *
 * @param key names it in the answer
 * @param ask the same object for all instances that ask for the same
 * @param failed ids of nodes it just failed on
 * @param gang requests of one gang are all placed or none; empty for one by itself
 */
public record PlacementRequest(String key, Ask ask, List<String> failed, String gang) {
    public PlacementRequest {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(ask, "ask");
        failed = List.copyOf(failed);
        Objects.requireNonNull(gang, "gang");
    }

    public PlacementRequest(String key, Ask ask) {
        this(key, ask, List.of(), "");
    }
}
