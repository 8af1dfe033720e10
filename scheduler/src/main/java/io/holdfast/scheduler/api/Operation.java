package io.holdfast.scheduler.api;

import io.holdfast.model.document.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the contract says of one method of one path.
 *
 * @param path with parameters as {@code {name}}
 * @param open whether it is answered without a token
 * @param bodyTypes media types of the body, empty where it takes none
 */
record Operation(
        String id, String method, String path, boolean open, List<Parameter> parameters, Set<String> bodyTypes) {

    /** Whether such a body is read: a document in each of its languages, anything else as the contract has it. */
    boolean takes(String contentType) {
        return bodyTypes.contains(MediaType.JSON.text())
                ? MediaType.ofHeader(contentType).isPresent()
                : bodyTypes.contains(contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
}
