package io.holdfast.model.job;

import java.util.List;
import java.util.Objects;

/**
 * Among which nodes a job's instances are placed.
 *
 * @param pool the node pool; {@link #ANY_POOL} for every one
 * @param datacenters any of these; empty for all
 */
public record NodeScope(String pool, List<String> datacenters) {
    /** Of jobs and of nodes that name none. */
    public static final String DEFAULT_POOL = "default";

    public static final String ANY_POOL = "*";

    /** Of nodes that name none. */
    public static final String DEFAULT_DATACENTER = "default";

    public static final NodeScope DEFAULT = new NodeScope(DEFAULT_POOL, List.of());

    public NodeScope {
        Objects.requireNonNull(pool, "pool");
        datacenters = List.copyOf(datacenters);
    }
}
