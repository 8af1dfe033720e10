package io.holdfast.scheduler.core;

/**
 * How a group of a job's current version stands.
 *
 * @param desired the count asked for (0 once the job is stopped)
 * @param healthy running for at least {@code minHealthy}
 * @param pendingReason why instances are not placed, empty when all are: {@code 2 of 3 nodes lack memory (need 4Gi)}
 */
public record GroupStatus(
        String name,
        int desired,
        int pending,
        int starting,
        int running,
        int healthy,
        int complete,
        int failed,
        int lost,
        String pendingReason) {}
