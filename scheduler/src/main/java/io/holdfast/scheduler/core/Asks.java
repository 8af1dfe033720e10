package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Preferences;
import io.holdfast.placement.request.Preferences.Layer;
import io.holdfast.placement.request.Requirements;

/** What a group's instances ask of placement. */
final class Asks {
    private Asks() {}

    static Ask of(JobKey job, int priority, GroupDocument document) {
        GroupSpec group = document.group();
        return new Ask(
                job + "/" + group.name(),
                job.toString(),
                priority,
                Needs.of(group.totalResources()),
                Requirements.NONE
                        .in(pool(document.scope()), document.scope().datacenters())
                        .withConstraints(group.constraints()),
                Preferences.NONE);
    }

    private static String pool(NodeScope scope) {
        return scope.pool().equals(NodeScope.ANY_POOL) ? "" : scope.pool();
    }

    /** With the layers of its images, as far as they are known. */
    static Ask of(JobKey job, int priority, GroupDocument document, ImagePins pins) {
        return of(job, priority, document)
                .with(Preferences.NONE.with(pins.layers(document.group().name()).stream()
                        .filter(layer -> layer.sizeBytes() > 0)
                        .map(layer -> new Layer(LayerHashes.hash(layer.diffId()), layer.sizeBytes()))
                        .toList()));
    }
}
