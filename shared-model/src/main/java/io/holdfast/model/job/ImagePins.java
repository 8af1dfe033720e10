package io.holdfast.model.job;

import io.holdfast.model.line.NodeImages.Layer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The pins of one version of a job: each tag of its groups is turned into a digest once, so that all instances run the same bytes.
 * Images of registries are pinned that have no digest of their own and may be pulled; all others are the node's own. A version
 * that was stored before there were pins has none and wants none.
 *
 * @param all sorted by group and reference
 */
public record ImagePins(List<ImagePin> all) {
    private static final Comparator<ImagePin> BY_GROUP =
            Comparator.comparing(ImagePin::group).thenComparing(ImagePin::reference);

    public static final ImagePins NONE = new ImagePins(List.of());

    public ImagePins {
        all = all.stream().sorted(BY_GROUP).toList();
    }

    /** Of a version that follows none: nothing is known yet. */
    public static ImagePins of(JobSpec spec) {
        return new ImagePins(spec.groups().stream().flatMap(ImagePins::wanted).toList());
    }

    /**
     * Of the version that follows: groups that stay as they are keep their pins, so that scaling replaces nothing, and the others
     * begin anew.
     *
     * @param before of the version that these pins are of
     */
    public ImagePins next(JobSpec before, JobSpec after) {
        List<ImagePin> pins = new ArrayList<>();
        for (GroupSpec group : after.groups()) {
            boolean same = before.groups().stream()
                    .anyMatch(old -> GroupDocument.of(before, old).equals(GroupDocument.of(after, group)));
            (same ? of(group.name()) : wanted(group)).forEach(pins::add);
        }
        return new ImagePins(pins);
    }

    private static Stream<ImagePin> wanted(GroupSpec group) {
        return group.tasks().stream()
                .filter(ImagePins::pinned)
                .map(task -> new ImagePin(group.name(), task.image().reference()))
                .distinct();
    }

    private static boolean pinned(TaskSpec task) {
        return task.pull() != PullPolicy.NEVER
                && task.image() instanceof Image.Registry registry
                && registry.digest().isEmpty();
    }

    public Stream<ImagePin> of(String group) {
        return all.stream().filter(pin -> pin.group().equals(group));
    }

    /** A tag is known now; those that were known before stay. */
    public ImagePins resolved(String reference, String digest, List<Layer> layers) {
        return new ImagePins(all.stream()
                .map(pin -> pin.resolved() || !pin.reference().equals(reference)
                        ? pin
                        : new ImagePin(pin.group(), reference, digest, layers))
                .toList());
    }

    /** Those that are known, as if no others were wanted. */
    public ImagePins known() {
        return new ImagePins(all.stream().filter(ImagePin::resolved).toList());
    }

    /** Layers of a group's images, as far as they are known; each once. */
    public List<Layer> layers(String group) {
        return of(group).flatMap(pin -> pin.layers().stream()).distinct().toList();
    }

    /** Names of the groups that wait for a tag to be known. */
    public Set<String> waiting() {
        return all.stream().filter(pin -> !pin.resolved()).map(ImagePin::group).collect(Collectors.toSet());
    }

    /** The specification as nodes get it: {@code alpine:3.20@sha256:…} where the job says {@code alpine:3.20}. */
    public JobSpec applied(JobSpec spec) {
        if (all.isEmpty()) {
            return spec;
        }
        return spec.with(spec.groups().stream().map(this::applied).toList());
    }

    private GroupSpec applied(GroupSpec group) {
        return group.with(
                group.tasks().stream().map(task -> applied(group.name(), task)).toList());
    }

    private TaskSpec applied(String group, TaskSpec task) {
        if (!pinned(task)) {
            return task;
        }
        Optional<ImagePin> pin = of(group)
                .filter(one ->
                        one.resolved() && one.reference().equals(task.image().reference()))
                .findFirst();
        return pin.map(known -> task.with(((Image.Registry) task.image()).at(known.digest())))
                .orElse(task);
    }
}
