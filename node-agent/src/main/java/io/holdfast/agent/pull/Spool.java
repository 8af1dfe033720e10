package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageLimits;
import io.holdfast.model.text.Sizes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;

/** An archive in a file while it comes and is imported. Fails with {@link ImageRefused}. For one context. */
final class Spool {
    /** Between two looks at how far the disk is filled. */
    static final long LOOK_BYTES = 64 << 20;

    private final Vertx vertx;
    private final Path path;
    private final AsyncFile file;
    private long bytes;
    private long lookedAt;
    private boolean closed;

    private Spool(Vertx vertx, Path path, AsyncFile file) {
        this.vertx = vertx;
        this.path = path;
        this.file = file;
    }

    /**
     * @param path not there yet
     * @param sizeBytes of what will come, negative where that is not known
     */
    static Future<Spool> open(Vertx vertx, Path path, long sizeBytes) {
        if (sizeBytes > ImageLimits.MAX_ARCHIVE_BYTES) {
            return Future.failedFuture(tooLarge());
        }
        OpenOptions fresh = new OpenOptions().setRead(false).setCreateNew(true);
        return room(vertx, path, Math.max(0, sizeBytes))
                .compose(
                        there -> vertx.fileSystem().open(path.toString(), fresh).recover(Spool::failed))
                .map(file -> new Spool(vertx, path, file));
    }

    Path path() {
        return path;
    }

    /** One at a time. */
    Future<Void> write(Buffer piece) {
        bytes += piece.length();
        if (bytes > ImageLimits.MAX_ARCHIVE_BYTES) {
            return Future.failedFuture(tooLarge());
        }
        Future<Void> looked = Future.succeededFuture();
        if (bytes - lookedAt >= LOOK_BYTES) {
            lookedAt = bytes;
            looked = room(vertx, path, piece.length());
        }
        return looked.compose(there -> file.write(piece).recover(Spool::failed));
    }

    /** All has come. */
    Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        return file.close();
    }

    Future<Void> remove() {
        return close().otherwiseEmpty().compose(shut -> vertx.fileSystem().delete(path.toString()));
    }

    private static Future<Void> room(Vertx vertx, Path path, long moreBytes) {
        return vertx.fileSystem().fsProps(path.getParent().toString()).compose(disk -> {
            long usedBytes = disk.totalSpace() - disk.usableSpace();
            return fits(moreBytes, usedBytes, disk.totalSpace())
                    ? Future.succeededFuture()
                    : Future.failedFuture(full(moreBytes, usedBytes, disk.totalSpace()));
        });
    }

    static boolean fits(long moreBytes, long usedBytes, long totalBytes) {
        return usedBytes + moreBytes <= totalBytes / 100 * DiskCare.HIGH;
    }

    static ImageRefused full(long moreBytes, long usedBytes, long totalBytes) {
        return new ImageRefused(
                ImageRefused.UNAVAILABLE,
                "%s more would fill the node's disk above %d %%: %s of %s are in use, holdfast image prune makes room"
                        .formatted(
                                Sizes.rounded(moreBytes),
                                DiskCare.HIGH,
                                Sizes.rounded(usedBytes),
                                Sizes.rounded(totalBytes)));
    }

    private static <T> Future<T> failed(Throwable trouble) {
        return Future.failedFuture(new ImageRefused(
                ImageRefused.UNAVAILABLE, "the node cannot keep the archive: " + trouble.getMessage()));
    }

    private static ImageRefused tooLarge() {
        return new ImageRefused(
                ImageRefused.TOO_LARGE,
                "the archive is above " + Sizes.rounded(ImageLimits.MAX_ARCHIVE_BYTES)
                        + ", the most: save its images into archives of their own");
    }
}
