package io.holdfast.scheduler.core;

import io.holdfast.model.line.NodeImages;
import io.vertx.core.Future;

/** Asks a node what a tag stands for: nodes know the registries' credentials and mirrors. */
@FunctionalInterface
public interface ImageLookup {
    /**
     * To be called on the scheduler's context, where it completes too, within a bounded time.
     *
     * @param reference of a registry, in full, with a tag
     * @return fails with a message of one line where the node does not know or cannot be asked
     */
    Future<NodeImages.Resolved> resolve(String nodeId, String reference);
}
