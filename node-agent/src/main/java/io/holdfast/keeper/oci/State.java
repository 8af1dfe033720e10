package io.holdfast.keeper.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a container, as the specification's {@code state} operation tells it and hooks read it.
 *
 * @param status {@code creating}, {@code created}, {@code running}, {@code paused} or {@code stopped}
 * @param pid of the container's process as the host sees it; absent once it has stopped
 */
public record State(
        String ociVersion,
        String id,
        String status,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int pid,
        String bundle,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> annotations) {
    public State {
        annotations = annotations == null ? Map.of() : new TreeMap<>(annotations);
    }
}
