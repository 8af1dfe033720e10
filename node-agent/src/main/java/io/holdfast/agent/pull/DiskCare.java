package io.holdfast.agent.pull;

import io.holdfast.keeper.api.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which images go when the disk is filled: those that nobody wishes for, the longest unused first, until it is filled no more. Pure.
 *
 * @param images of the node
 * @param wanted references that an allocation wishes for
 * @param layers of the keeper, with the disk they lie on
 */
record DiskCare(Collection<ImageRecord> images, Set<String> wanted, Reply.Layers layers) {
    /** Percent of the disk; above it images go. */
    static final int HIGH = 85;

    /** Percent of the disk; down to it. */
    static final int LOW = 80;

    boolean filled() {
        return usedBytes() > layers.totalBytes() / 100 * HIGH;
    }

    private long usedBytes() {
        return layers.totalBytes() - layers.freeBytes();
    }

    /** Their references, in the order to remove them; none while the disk is not {@link #filled}. */
    List<String> victims() {
        if (!filled()) {
            return List.of();
        }
        Map<String, Long> removable = new HashMap<>();
        layers.items().stream()
                .filter(layer -> !layer.inUse())
                .forEach(layer -> removable.put(layer.diffId(), layer.bytes()));
        List<ImageRecord> left = new ArrayList<>(images);
        left.sort(Comparator.comparingLong(ImageRecord::usedAtMillis).thenComparing(ImageRecord::reference));
        List<String> victims = new ArrayList<>();
        long excess = usedBytes() - layers.totalBytes() / 100 * LOW;
        for (ImageRecord image : List.copyOf(left)) {
            if (excess <= 0) {
                break;
            }
            if (!wanted.contains(image.reference())) {
                left.remove(image);
                victims.add(image.reference());
                excess -= freed(image, left, removable);
            }
        }
        return victims;
    }

    /** By layers that none of the others has. */
    private static long freed(ImageRecord image, List<ImageRecord> others, Map<String, Long> removable) {
        Set<String> alone = new HashSet<>(image.diffIds());
        others.forEach(other -> other.diffIds().forEach(alone::remove));
        return alone.stream().mapToLong(id -> removable.getOrDefault(id, 0L)).sum();
    }
}
