package io.holdfast.model.job;

import io.holdfast.model.line.NodeImages.Layer;
import java.util.List;

/**
 * What a tag stands for in one group of one version of a job.
 *
 * @param reference as the job has it, in full and without a digest
 * @param digest that the registry had under the tag when it was asked; empty while it is not known
 * @param layers as the node that was asked has them, for its platform; the lowest first
 */
public record ImagePin(String group, String reference, String digest, List<Layer> layers) {
    public ImagePin {
        layers = List.copyOf(layers);
    }

    /** One that is not known yet. */
    public ImagePin(String group, String reference) {
        this(group, reference, "", List.of());
    }

    public boolean resolved() {
        return !digest.isEmpty();
    }
}
