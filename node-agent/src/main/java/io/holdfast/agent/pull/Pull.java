package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.model.job.Image;
import io.holdfast.model.text.Sizes;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One image on its way. For one context. */
final class Pull {
    final Image image;
    final ImageSource source;
    final boolean kept;
    /** By diff id; empty until the image is resolved. */
    final Map<String, LayerFetch> fetches = new LinkedHashMap<>();

    private Set<String> needs = Set.of();
    private boolean cancelled;
    private long totalBytes;
    private long thereBytes;
    private int layers;

    /** @param kept whether it goes on though no allocation wishes for the image */
    Pull(Image image, ImageSource source, boolean kept) {
        this.image = image;
        this.source = source;
        this.kept = kept;
    }

    String reference() {
        return image.reference();
    }

    /** @param present bytes of layers that are there already */
    void resolved(ResolvedImage resolved, long present) {
        layers = resolved.layers().size();
        totalBytes =
                resolved.layers().stream().mapToLong(layer -> layer.sizeBytes()).sum();
        thereBytes = present;
    }

    /** What is there of these must not go. */
    void needs(List<String> diffIds) {
        needs = Set.copyOf(diffIds);
    }

    Set<String> needs() {
        return needs;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** Nobody wants it any more. */
    void cancel() {
        cancelled = true;
        cancelFetches();
    }

    void cancelFetches() {
        fetches.values().forEach(fetch -> fetch.letGo(this));
    }

    /** When none of its layers is on its way any more. */
    Future<?> settled() {
        return Future.join(fetches.values().stream().map(LayerFetch::done).toList())
                .otherwiseEmpty();
    }

    /** A tag says more than the digest that it is pinned to. */
    private String shown() {
        return image instanceof Image.Registry registry && !registry.tag().isEmpty()
                ? registry.at("").reference()
                : reference();
    }

    /** For people. */
    String progress() {
        if (layers == 0) {
            return "pulling " + shown();
        }
        long fetched = thereBytes
                + fetches.values().stream().mapToLong(LayerFetch::fetchedBytes).sum();
        long open = fetches.values().stream()
                .filter(fetch -> !fetch.done().isComplete())
                .count();
        return "pulling %s: %s of %s, %d of %d layers"
                .formatted(
                        shown(),
                        Sizes.rounded(Math.min(fetched, totalBytes)),
                        Sizes.rounded(totalBytes),
                        layers - open,
                        layers);
    }
}
