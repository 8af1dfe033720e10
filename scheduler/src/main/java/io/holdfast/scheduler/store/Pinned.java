package io.holdfast.scheduler.store;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.line.NodeImages.Layer;
import java.util.List;

/**
 * A tag of one version of a job has become known, for all its groups that wait for it.
 *
 * @param reference in full, without the digest
 * @param layers of the platform of the node that was asked; the lowest first
 */
public record Pinned(JobKey job, int version, String reference, String digest, List<Layer> layers) {
    public Pinned {
        layers = List.copyOf(layers);
    }
}
