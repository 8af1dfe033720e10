package io.holdfast.scheduler.api;

import java.util.List;
import java.util.Set;

/**
 * What the contract says of one method of one path.
 *
 * @param path with parameters as {@code {name}}
 * @param open whether it is answered without a token
 * @param bodyTypes media types of the body, empty where it takes none
 */
record Operation(
        String id, String method, String path, boolean open, List<Parameter> parameters, Set<String> bodyTypes) {}
