package io.holdfast.scheduler.core;

import io.holdfast.model.job.ImagePin;
import java.util.List;

/**
 * How a group of a job's current version stands.
 *
 * @param desired the count asked for (0 once the job is stopped)
 * @param healthy running for at least {@code minHealthy}
 * @param pendingReason why instances are not placed, empty when all are: {@code 2 of 3 nodes lack memory (need 4Gi)}
 * @param images what its tags stand for; of a version that was stored before there were pins none
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
        String pendingReason,
        List<ImagePin> images) {
    public GroupStatus {
        images = List.copyOf(images);
    }
}
