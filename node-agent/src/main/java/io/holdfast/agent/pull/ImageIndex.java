package io.holdfast.agent.pull;

import io.holdfast.model.Clock;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The images that this node has fetched, by reference. For one context; every change is on its way to disk at once. */
final class ImageIndex {
    /** The time of last use is written anew when it is off by so much: it only orders what may go. */
    private static final long USE_TOLD_MILLIS = 60_000;

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

    void used(String reference) {
        long nowMillis = clock.nowMillis();
        ImageRecord image = images.get(reference);
        if (image != null && Math.abs(nowMillis - image.usedAtMillis()) > USE_TOLD_MILLIS) {
            images.put(reference, image.usedAt(nowMillis));
            write();
        }
    }

    private Future<?> write() {
        return disk.apply(List.copyOf(images.values()));
    }
}
