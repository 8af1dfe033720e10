package io.holdfast.scheduler.core;

import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.job.PlacementPolicy;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Preferences;
import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.request.Preferences.Layer;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.request.Requirements.DistinctValue;
import java.util.List;

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
                requirements(job, document),
                preferences(group.placement()));
    }

    /** With the layers of its images, as far as they are known. */
    static Ask of(JobKey job, int priority, GroupDocument document, ImagePins pins) {
        Ask ask = of(job, priority, document);
        return ask.with(ask.preferences()
                .with(pins.layers(document.group().name()).stream()
                        .filter(layer -> layer.sizeBytes() > 0)
                        .map(layer -> new Layer(LayerHashes.hash(layer.diffId()), layer.sizeBytes()))
                        .toList()));
    }

    /** The name of the gang that the group's instances are, empty where each is placed by itself. */
    static String gang(JobKey job, GroupSpec group) {
        return group.placement().allOrNothing() ? job + "/" + group.name() : "";
    }

    private static Requirements requirements(JobKey job, GroupDocument document) {
        NodeScope scope = document.scope();
        PlacementPolicy placement = document.group().placement();
        return new Requirements(
                scope.pool().equals(NodeScope.ANY_POOL) ? "" : scope.pool(),
                scope.datacenters(),
                document.group().constraints(),
                List.of(),
                placement.distinctNode(),
                placement.distinct().stream()
                        .map(one -> new DistinctValue(one.attribute(), one.limit()))
                        .toList(),
                placement.apartFrom().stream()
                        .map(name -> new JobKey(job.project(), name).toString())
                        .toList());
    }

    private static Preferences preferences(PlacementPolicy placement) {
        return new Preferences(
                placement.affinities().stream()
                        .map(one -> new Affinity(one.constraint(), one.weight()))
                        .toList(),
                placement.spreads().stream()
                        .map(one -> new Spread(one.attribute(), one.weight(), one.percents()))
                        .toList(),
                List.of());
    }
}
