package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.Images;
import io.holdfast.agent.image.local.ArchiveSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes archives of images that are sent: each into a file first, since an archive is passed over more than once, and from there as
 * the layers of any image go. For one context.
 */
public final class Imports {
    /** Archives at once: each may take as much of the disk as there is room. */
    public static final int MAX_IMPORTS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Imports.class);

    private final Vertx vertx;
    private final Path directory;
    private final ArchiveSource archives;
    private final PullWorkers workers;
    private final Pulls pulls;
    private final Removals removals;
    private int open;
    private long begun;

    /** @param directory empty, and nobody else's */
    public Imports(
            Vertx vertx, Path directory, ArchiveSource archives, PullWorkers workers, Pulls pulls, Removals removals) {
        this.vertx = vertx;
        this.directory = directory;
        this.archives = archives;
        this.workers = workers;
        this.pulls = pulls;
        this.removals = removals;
    }

    /**
     * Fails with {@link ImageRefused}.
     *
     * @param reference of the only image; empty for the names in the archive
     * @param sizeBytes negative where that is not known
     */
    public Future<Import> begin(String reference, long sizeBytes) {
        if (open >= MAX_IMPORTS) {
            return Future.failedFuture(new ImageRefused(
                    ImageRefused.UNAVAILABLE,
                    open + " archives are being imported on this node, the most at once: try again when one is done"));
        }
        if (!pulls.layers().known()) {
            return Future.failedFuture(new ImageRefused(
                    ImageRefused.UNAVAILABLE, "the node's keeper has not told its layers yet: try again in a moment"));
        }
        if (!reference.isEmpty()) {
            try {
                ArchiveNames.parse("the name", reference);
            } catch (ImageRefused e) {
                return Future.failedFuture(e);
            }
        }
        open++;
        begun++;
        return Spool.open(vertx, directory.resolve(begun + ".tar"), sizeBytes)
                .onFailure(trouble -> open--)
                .map(spool -> new Import(reference, spool))
                .recover(trouble -> Future.failedFuture(ImageRefused.of(trouble)));
    }

    /** One archive. Its file is removed however it ends. */
    public final class Import {
        private final String reference;
        private final Spool spool;
        private List<Pull> under = List.of();
        private boolean cancelled;
        private boolean ended;

        Import(String reference, Spool spool) {
            this.reference = reference;
            this.spool = spool;
        }

        /** One at a time; fails with {@link ImageRefused}. */
        public Future<Void> write(Buffer piece) {
            return spool.write(piece).recover(trouble -> Future.failedFuture(ImageRefused.of(trouble)));
        }

        /** All has come. Completes when its images are there and on disk, all or none; fails with {@link ImageRefused}. */
        public Future<List<ImageRecord>> end() {
            ended = true;
            return spool.close()
                    .compose(closed -> workers.resolve(() -> ArchiveNames.of(archives.images(spool.path()), reference)))
                    .compose(named -> {
                        under = named.entrySet().stream()
                                .map(image -> new Pull(image.getKey(), told(image.getValue()), true))
                                .toList();
                        if (cancelled) {
                            under.forEach(Pull::cancel);
                        }
                        return pulls.take(under);
                    })
                    .recover(trouble -> forget().transform(gone -> Future.failedFuture(ImageRefused.of(trouble))))
                    .eventually(this::remove);
        }

        /** Nobody wants it any more. Does nothing when it has come to an end. */
        public void cancel() {
            if (cancelled) {
                return;
            }
            cancelled = true;
            under.forEach(Pull::cancel);
            if (!ended) {
                ended = true;
                remove();
            }
        }

        private Future<Void> remove() {
            open--;
            return spool.remove()
                    .onFailure(trouble ->
                            LOG.warn("an archive is left until the agent is started anew: {}", trouble.getMessage()))
                    .otherwiseEmpty();
        }

        /** Layers that came before it failed. */
        private Future<?> forget() {
            Set<String> came = new HashSet<>();
            under.forEach(pull -> came.addAll(pull.fetches.keySet()));
            return came.isEmpty() ? Future.succeededFuture() : removals.drop(came);
        }

        /** With the image's name before what went wrong. */
        private static ImageSource told(ImageSource source) {
            return new Images(source, source, source);
        }
    }
}
