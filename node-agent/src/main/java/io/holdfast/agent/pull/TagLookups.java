package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.model.job.Image;
import io.holdfast.model.line.NodeImages;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Says what tags stand for, without fetching what they stand for. The registry is asked; where it cannot be reached now, what the
 * tag stood for when the image came is the answer, as long as the image is there. For one context.
 */
public final class TagLookups {
    /** Tags that are looked up and waiting, at once. */
    static final int MAX_LOOKUPS = 64;

    /** How long a registry is waited for: the scheduler waits a little longer for the answer. */
    static final long PATIENCE_MILLIS = 10_000;

    /** The same where there is another answer. */
    static final long PATIENCE_WHEN_THERE_MILLIS = 3_000;

    private final PullWorkers workers;
    private final ImageSource source;
    private final Pulls pulls;
    private final Map<String, Future<ResolvedImage>> underWay = new HashMap<>();

    /** @param source gives up sooner than one that fetches */
    public TagLookups(PullWorkers workers, ImageSource source, Pulls pulls) {
        this.workers = workers;
        this.source = source;
        this.pulls = pulls;
    }

    /**
     * @param image with a tag
     * @return fails with {@link ImageRefused}
     */
    public Future<NodeImages.Resolved> resolve(Image.Registry image) {
        Optional<NodeImages.Resolved> there = pulls.last(image).map(TagLookups::told);
        if (underWay.size() >= MAX_LOOKUPS && !underWay.containsKey(image.reference())) {
            return Future.failedFuture(new ImageRefused(
                    ImageRefused.UNAVAILABLE,
                    "image " + image.reference() + " is not looked up: " + MAX_LOOKUPS
                            + " are waited for already, the most at once"));
        }
        return lookUp(image)
                .timeout(there.isPresent() ? PATIENCE_WHEN_THERE_MILLIS : PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .map(TagLookups::told)
                .recover(trouble -> there.map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(refused(image, trouble))));
    }

    /** Once, however many ask. */
    private Future<ResolvedImage> lookUp(Image.Registry image) {
        Future<ResolvedImage> present = underWay.get(image.reference());
        if (present != null) {
            return present;
        }
        Future<ResolvedImage> begun = workers.lookUp(() -> source.resolve(image));
        underWay.put(image.reference(), begun);
        begun.onComplete(done -> underWay.remove(image.reference()));
        return begun;
    }

    private static boolean temporary(Throwable trouble) {
        return trouble instanceof TimeoutException || trouble instanceof ImageException image && image.temporary();
    }

    private static ImageRefused refused(Image.Registry image, Throwable trouble) {
        String why = trouble instanceof TimeoutException
                ? "the registry has not answered within " + PATIENCE_MILLIS + " ms"
                : String.valueOf(trouble.getMessage());
        return new ImageRefused(
                temporary(trouble) ? ImageRefused.UNAVAILABLE : ImageRefused.NOT_FOUND,
                why.contains(image.reference()) ? why : "image " + image.reference() + ": " + why);
    }

    private static NodeImages.Resolved told(ResolvedImage image) {
        return new NodeImages.Resolved(
                image.rootDigest(),
                image.layers().stream()
                        .map(layer -> new NodeImages.Layer(layer.diffId(), layer.sizeBytes()))
                        .toList());
    }

    private static NodeImages.Resolved told(ImageRecord image) {
        return new NodeImages.Resolved(
                image.rootDigest(),
                image.layers().stream()
                        .map(layer -> new NodeImages.Layer(layer.diffId(), layer.sizeBytes()))
                        .toList());
    }
}
