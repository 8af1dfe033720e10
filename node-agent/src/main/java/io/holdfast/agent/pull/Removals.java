package io.holdfast.agent.pull;

import io.holdfast.keeper.api.Reply;
import io.holdfast.model.Clock;
import io.holdfast.model.line.NodeImages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes images that no allocation of this node needs, and the layers that no other image has. One after the other; a pull that
 * wants a layer that is just going waits for its end. For one context.
 */
public final class Removals {
    /** Layers that the keeper is asked to remove in one call. */
    static final int LAYERS_AT_ONCE = 4;

    /** How long layers are removed for one answer: who asks waits no longer than a line's answer may take. */
    static final long PATIENCE_MILLIS = 8_000;

    private static final NodeImages.Removed NOTHING = new NodeImages.Removed(List.of(), 0, 0, 0, 0);

    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);

    private final Pulls pulls;
    private final LayerKeeper keeper;
    private final Clock clock;
    private final Supplier<ImageUse> use;
    private Future<?> last = Future.succeededFuture();

    public Removals(Pulls pulls, LayerKeeper keeper, Clock clock, Supplier<ImageUse> use) {
        this.pulls = pulls;
        this.keeper = keeper;
        this.clock = clock;
        this.use = use;
    }

    /** With a tag, also what it was pinned to. Fails with {@link ImageRefused} where it is not there, or is needed. */
    public Future<NodeImages.Removed> remove(String reference) {
        return next(() -> keeper.layers().compose(there -> removeOne(reference, there)));
    }

    /** Everything that is not needed, also layers that no image has any more. */
    public Future<NodeImages.Removed> prune() {
        return next(() -> keeper.layers().compose(this::removeUnused));
    }

    /** Where the disk is filled, the longest unused images go until it is filled no more: {@link DiskCare}. */
    public Future<NodeImages.Removed> relieve() {
        return next(() -> keeper.layers().compose(this::relieve));
    }

    /** Of these layers those that nothing needs: they came for an image that did not. */
    Future<NodeImages.Removed> drop(Set<String> diffIds) {
        return next(() -> keeper.layers()
                .compose(there -> sweep(
                        List.of(),
                        there.items().stream()
                                .filter(layer -> diffIds.contains(layer.diffId()))
                                .toList())));
    }

    private Future<NodeImages.Removed> relieve(Reply.Layers there) {
        ImageUse used = use.get();
        List<ImageRecord> images = pulls.index().all().stream()
                .filter(image -> refusal(image.reference(), used).isEmpty())
                .toList();
        Set<String> spared =
                pulls.index().all().stream().map(ImageRecord::reference).collect(Collectors.toCollection(HashSet::new));
        images.forEach(image -> spared.remove(image.reference()));
        DiskCare care = new DiskCare(pulls.index().all(), spared, there);
        if (!care.filled() || !used.known()) {
            return Future.succeededFuture(NOTHING);
        }
        List<String> victims = care.victims();
        if (victims.isEmpty()) {
            LOG.warn("the disk of images is filled above {} %, and all images on it are in use", DiskCare.HIGH);
            return Future.succeededFuture(NOTHING);
        }
        LOG.warn("the disk of images is filled above {} %: {} go", DiskCare.HIGH, victims);
        return sweep(
                images.stream()
                        .filter(image -> victims.contains(image.reference()))
                        .toList(),
                there.items());
    }

    private Future<NodeImages.Removed> next(Supplier<Future<NodeImages.Removed>> work) {
        Future<NodeImages.Removed> done = last.otherwiseEmpty().compose(before -> work.get());
        last = done;
        return done;
    }

    private Future<NodeImages.Removed> removeOne(String reference, Reply.Layers there) {
        List<ImageRecord> images = pulls.index().named(reference);
        if (images.isEmpty() && !onItsWay(reference)) {
            return forget(reference);
        }
        ImageUse used = use.get();
        Optional<ImageRefused> refused = Stream.concat(
                        Stream.of(reference), images.stream().map(ImageRecord::reference))
                .flatMap(name -> refusal(name, used).stream())
                .findFirst();
        if (refused.isPresent()) {
            return Future.failedFuture(refused.get());
        }
        pulls.asked().forget(reference);
        Set<String> own = new HashSet<>();
        images.forEach(image -> own.addAll(image.diffIds()));
        return sweep(
                images,
                there.items().stream()
                        .filter(layer -> own.contains(layer.diffId()))
                        .toList());
    }

    /** One that is not there may have failed to come. */
    private Future<NodeImages.Removed> forget(String reference) {
        if (pulls.asked().failure(reference).isEmpty()) {
            return Future.failedFuture(ImageRefused.absent(reference));
        }
        pulls.asked().forget(reference);
        return Future.succeededFuture(new NodeImages.Removed(List.of(reference), 0, 0, 0, 0));
    }

    private boolean onItsWay(String reference) {
        return pulls.underWay().containsKey(reference) || pulls.asked().has(reference);
    }

    private Optional<ImageRefused> refusal(String reference, ImageUse used) {
        List<String> allocations = used.of(reference);
        if (!allocations.isEmpty()) {
            String others = allocations.size() == 1 ? "" : " and " + (allocations.size() - 1) + " more";
            return Optional.of(new ImageRefused(
                    ImageRefused.CONFLICT,
                    "image " + reference + " is used by allocation " + allocations.get(0) + others
                            + ": stop what runs it first"));
        }
        if (onItsWay(reference)) {
            return Optional.of(new ImageRefused(
                    ImageRefused.CONFLICT, "image " + reference + " is being pulled: remove it when it is there"));
        }
        return used.known() ? Optional.empty() : Optional.of(unknown("image " + reference));
    }

    private static ImageRefused unknown(String what) {
        return new ImageRefused(
                ImageRefused.UNAVAILABLE,
                what + " may be in use: the agent does not know yet what the node is to run, try again in a moment");
    }

    private Future<NodeImages.Removed> removeUnused(Reply.Layers there) {
        ImageUse used = use.get();
        if (!used.known()) {
            return Future.failedFuture(unknown("every image"));
        }
        List<ImageRecord> unused = pulls.index().all().stream()
                .filter(image -> refusal(image.reference(), used).isEmpty())
                .toList();
        return sweep(unused, there.items());
    }

    /** @param candidates layers that go unless something needs them */
    private Future<NodeImages.Removed> sweep(List<ImageRecord> images, Collection<Reply.LayerStatus> candidates) {
        List<String> references = images.stream().map(ImageRecord::reference).toList();
        Future<?> written = pulls.index().remove(references);
        Set<String> needed = needed();
        List<Reply.LayerStatus> going = candidates.stream()
                .filter(layer -> !layer.inUse() && !needed.contains(layer.diffId()))
                .toList();
        LOG.info("{} images and {} layers are removed", images.size(), going.size());
        long untilMillis = clock.monotonicMillis() + PATIENCE_MILLIS;
        NodeImages.Removed begun = new NodeImages.Removed(references, references.size(), 0, 0, going.size());
        return written.compose(onDisk -> step(going, begun, untilMillis));
    }

    /** Of all images that are known, of those that are on their way, and what was promised of those that were there. */
    private Set<String> needed() {
        Set<String> needed = new HashSet<>(pulls.promised());
        pulls.index().all().forEach(image -> needed.addAll(image.diffIds()));
        pulls.underWay().values().forEach(pull -> needed.addAll(pull.needs()));
        return needed;
    }

    private Future<NodeImages.Removed> step(List<Reply.LayerStatus> going, NodeImages.Removed soFar, long untilMillis) {
        if (going.isEmpty() || clock.monotonicMillis() > untilMillis) {
            return Future.succeededFuture(soFar);
        }
        int count = Math.min(LAYERS_AT_ONCE, going.size());
        // a pull may have come to need some of them since the step before
        Set<String> needed = needed();
        List<Reply.LayerStatus> now = going.subList(0, count).stream()
                .filter(layer -> !needed.contains(layer.diffId()))
                .toList();
        List<String> ids = now.stream().map(Reply.LayerStatus::diffId).toList();
        Promise<Void> settled = Promise.promise();
        pulls.layers().go(ids, settled.future());
        return keeper.remove(ids)
                .onComplete(answer -> {
                    pulls.layers()
                            .gone(ids, answer.succeeded() ? answer.result().inUse() : List.of());
                    settled.complete();
                })
                .compose(answer -> step(
                        going.subList(count, going.size()),
                        plus(soFar, now, answer, going.size() - count),
                        untilMillis));
    }

    private static NodeImages.Removed plus(
            NodeImages.Removed soFar, List<Reply.LayerStatus> asked, Reply.LayersRemoved answer, int left) {
        long freed = asked.stream()
                .filter(layer -> answer.removed().contains(layer.diffId()))
                .mapToLong(Reply.LayerStatus::bytes)
                .sum();
        return new NodeImages.Removed(
                soFar.references(),
                soFar.images(),
                soFar.layers() + answer.removed().size(),
                soFar.freedBytes() + freed,
                left);
    }
}
