package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.LayerClient;
import io.holdfast.model.Clock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings images' layers from where they come from to the keeper, each layer once, however many images have it. For one context. */
final class Fetches {
    /** How often a layer is sent anew after the keeper went away in the midst of it, as in an upgrade, and after how long. */
    static final int KEEPER_ATTEMPTS = 10;

    static final long KEEPER_RETRY_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private final Vertx vertx;
    private final Clock clock;
    private final PullWorkers workers;
    private final Path keeperSocket;
    private final PresentLayers layers;
    private final Map<String, LayerFetch> underWay = new HashMap<>();

    Fetches(Vertx vertx, Clock clock, PullWorkers workers, Path keeperSocket, PresentLayers layers) {
        this.vertx = vertx;
        this.clock = clock;
        this.workers = workers;
        this.keeperSocket = keeperSocket;
        this.layers = layers;
    }

    /** Completes when the keeper has all layers; fails with {@link ImageException} or with the keeper's refusal. */
    Future<ImageRecord> bring(Pull pull) {
        return workers.resolve(() -> pull.source.resolve(pull.image)).compose(resolved -> {
            pull.needs(resolved.layers().stream().map(LayerBlob::diffId).toList());
            return layers.quiet().compose(quiet -> layers(pull, resolved)).map(all -> record(pull, resolved));
        });
    }

    private ImageRecord record(Pull pull, ResolvedImage resolved) {
        long nowMillis = clock.nowMillis();
        List<ImageRecord.LayerRecord> records = resolved.layers().stream()
                .map(layer -> new ImageRecord.LayerRecord(layer.diffId(), layer.sizeBytes()))
                .toList();
        return new ImageRecord(
                pull.reference(),
                resolved.digest(),
                resolved.rootDigest(),
                resolved.config(),
                records,
                nowMillis,
                nowMillis);
    }

    private Future<?> layers(Pull pull, ResolvedImage resolved) {
        if (pull.cancelled()) {
            return Future.failedFuture(new ImageException(ImageException.Kind.TEMPORARY, "nobody wants it any more"));
        }
        Map<String, LayerBlob> absent = new LinkedHashMap<>();
        long thereBytes = 0;
        for (LayerBlob layer : resolved.layers()) {
            if (layers.has(layer.diffId())) {
                thereBytes += layer.sizeBytes();
            } else {
                absent.put(layer.diffId(), layer);
            }
        }
        List<Future<Void>> all = new ArrayList<>();
        for (LayerBlob layer : absent.values()) {
            LayerFetch fetch = underWay.get(layer.diffId());
            if (fetch == null || fetch.cancelled()) {
                fetch = new LayerFetch();
                underWay.put(layer.diffId(), fetch);
                begin(fetch, pull, resolved, layer);
            }
            fetch.wantedBy(pull);
            pull.fetches.put(layer.diffId(), fetch);
            all.add(fetch.done());
        }
        pull.resolved(resolved, thereBytes);
        // a failed layer fails the image at once; the others are let go, or go on for whom else they are
        return Future.all(all).onFailure(trouble -> pull.cancelFetches());
    }

    private void begin(LayerFetch fetch, Pull pull, ResolvedImage resolved, LayerBlob layer) {
        attempt(fetch, pull, resolved, layer, 1).onComplete(result -> {
            underWay.remove(layer.diffId(), fetch);
            if (result.succeeded()) {
                layers.came(layer.diffId());
                fetch.promise().complete();
            } else {
                fetch.promise().fail(result.cause());
            }
        });
    }

    private Future<Boolean> attempt(LayerFetch fetch, Pull pull, ResolvedImage resolved, LayerBlob layer, int number) {
        return workers.fetch(() -> LayerClient.put(keeperSocket, layer.diffId(), () -> {
                    fetch.check();
                    InputStream tar = pull.source.open(pull.image, resolved, layer, fetch);
                    return new CancellableStream(tar, fetch);
                }))
                .recover(trouble -> {
                    boolean keeperWentAway = trouble instanceof IOException
                            && !(trouble instanceof ImageException)
                            && !(trouble instanceof RequestFailedException);
                    if (!keeperWentAway || number >= KEEPER_ATTEMPTS) {
                        return Future.failedFuture(trouble);
                    }
                    LOG.info("layer {} is sent anew: {}", layer.diffId(), trouble.getMessage());
                    return vertx.timer(KEEPER_RETRY_MILLIS)
                            .compose(due -> attempt(fetch, pull, resolved, layer, number + 1));
                });
    }

    void close() {
        workers.close();
    }
}
