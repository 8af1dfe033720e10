package io.holdfast.model;

/**
 * Mints ids of allocations, nodes, clusters and tokens' names: lower-case letters and digits, so that they stand unquoted in
 * paths, host names and cgroups. Never twice the same. Safe for any thread.
 */
@FunctionalInterface
public interface IdSource {
    String next();
}
