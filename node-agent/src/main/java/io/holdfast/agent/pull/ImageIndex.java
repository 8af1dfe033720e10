package io.holdfast.agent.pull;

import io.holdfast.model.Clock;
import io.holdfast.model.job.Image;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The images that this node has fetched, by reference. For one context; every change is on its way to disk at once. */
final class ImageIndex {
    /** The time of last use is written anew when it is off by so much: it only orders what may go. */
    private static final long USE_TOLD_MILLIS = 60_000;

    /** Between a tag and the digest that it is pinned to. */
    private static final String PINNED = "@sha256:";

    private final Clock clock;
    private final Function<List<ImageRecord>, Future<?>> disk;
    private final Map<String, ImageRecord> images = new TreeMap<>();

    /** @param disk writes all of them */
    ImageIndex(Clock clock, List<ImageRecord> known, Function<List<ImageRecord>, Future<?>> disk) {
        this.clock = clock;
        this.disk = disk;
        known.forEach(image -> images.put(image.reference(), image));
    }

    Optional<ImageRecord> get(String reference) {
        return Optional.ofNullable(images.get(reference));
    }

    /**
     * By its name; else by its digest, for the same bytes may have come by another name; else, of a tag alone, what it was pinned
     * to last.
     */
    Optional<ImageRecord> find(Image image, Predicate<ImageRecord> which) {
        Optional<ImageRecord> named = get(image.reference()).filter(which);
        if (named.isPresent() || !(image instanceof Image.Registry registry)) {
            return named;
        }
        if (!registry.digest().isEmpty()) {
            return images.values().stream()
                    .filter(record -> record.rootDigest().equals(registry.digest())
                            || record.digest().equals(registry.digest()))
                    .filter(which)
                    .findFirst();
        }
        return named(image.reference()).stream()
                .filter(which)
                .max(Comparator.comparingLong(ImageRecord::pulledAtMillis));
    }

    /** Of this reference, and of the digests that it was pinned to. */
    List<ImageRecord> named(String reference) {
        return images.values().stream()
                .filter(image ->
                        image.reference().equals(reference) || image.reference().startsWith(reference + PINNED))
                .toList();
    }

    Collection<ImageRecord> all() {
        return List.copyOf(images.values());
    }

    /** Completes when it is on disk. */
    Future<?> put(Collection<ImageRecord> fetched) {
        fetched.forEach(image -> images.put(image.reference(), image));
        return write();
    }

    Future<?> remove(Collection<String> references) {
        return images.keySet().removeAll(references) ? write() : Future.succeededFuture();
    }

    /** What was found is used by this name from now on, which is what says that it must stay. */
    void used(ImageRecord found, String reference) {
        long nowMillis = clock.nowMillis();
        boolean named = found.reference().equals(reference);
        if (!named || Math.abs(nowMillis - found.usedAtMillis()) > USE_TOLD_MILLIS) {
            images.put(reference, found.as(reference).usedAt(nowMillis));
            write();
        }
    }

    private Future<?> write() {
        return disk.apply(List.copyOf(images.values()));
    }
}
