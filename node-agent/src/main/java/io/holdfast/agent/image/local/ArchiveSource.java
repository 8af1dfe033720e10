package io.holdfast.agent.image.local;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.NodePlatform;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import io.holdfast.model.job.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tars of images, in either form: an OCI layout (Docker 25 and later, {@code oci-archive} of skopeo), which is preferred
 * where both are there because it has the manifest's digest; or Docker's older {@code manifest.json}.
 */
public final class ArchiveSource implements ImageSource {
    private final Resolver resolver;

    public ArchiveSource(NodePlatform platform) {
        this.resolver = new Resolver(platform);
    }

    /**
     * An image of an archive.
     *
     * @param names as the archive has them, unchecked
     * @param source of this image alone, whatever name it is asked by
     */
    public record Found(List<String> names, ImageSource source) {}

    /** All images of an archive; at least one. Blocks. */
    public List<Found> images(Path archive) throws ImageException {
        ArchiveFile file = new ArchiveFile(archive, "it");
        try {
            return read(file).stream()
                    .map(image -> new Found(image.names(), new One(file, image)))
                    .toList();
        } catch (ImageException e) {
            throw e.about("the archive");
        }
    }

    @Override
    public ResolvedImage resolve(Image name) throws ImageException {
        return only(name).resolve(name);
    }

    @Override
    public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) throws ImageException {
        return only(name).open(name, image, layer, progress);
    }

    private One only(Image name) throws ImageException {
        String path = ((Image.Archive) name).path();
        ArchiveFile file = new ArchiveFile(Path.of(path), path);
        List<ArchiveImage> images = read(file);
        if (images.size() > 1) {
            throw new ImageException(
                    Kind.NOT_FOUND,
                    "holds " + images.size() + " images where one is expected: " + names(images)
                            + "; save each into an archive of its own");
        }
        return new One(file, images.get(0));
    }

    private static String names(List<ArchiveImage> images) {
        return String.join(
                ", ",
                images.stream()
                        .flatMap(image -> image.names().stream())
                        .limit(ImageLimits.MAX_LISTED)
                        .map(ImageException::shown)
                        .toList());
    }

    private static List<ArchiveImage> read(ArchiveFile file) throws ImageException {
        Map<String, byte[]> heads = file.read(
                Set.of(LayoutIndex.MARK, LayoutIndex.INDEX, DockerImage.MANIFEST), ImageLimits.MAX_MANIFEST_BYTES);
        List<ArchiveImage> images;
        if (heads.containsKey(LayoutIndex.MARK) && heads.containsKey(LayoutIndex.INDEX)) {
            images = LayoutImage.all(file, heads.get(LayoutIndex.MARK), heads.get(LayoutIndex.INDEX));
        } else if (heads.containsKey(DockerImage.MANIFEST)) {
            images = DockerImage.all(file, heads.get(DockerImage.MANIFEST));
        } else {
            throw new ImageException(
                    Kind.CORRUPT,
                    "is no archive of an image: it has neither " + DockerImage.MANIFEST + " nor " + LayoutIndex.INDEX);
        }
        if (images.isEmpty()) {
            throw new ImageException(Kind.NOT_FOUND, "holds no image");
        }
        return images;
    }

    private final class One implements ImageSource {
        private final ArchiveFile file;
        private final ArchiveImage one;

        One(ArchiveFile file, ArchiveImage one) {
            this.file = file;
            this.one = one;
        }

        @Override
        public ResolvedImage resolve(Image name) throws ImageException {
            return one.resolve(resolver);
        }

        @Override
        public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress)
                throws ImageException {
            try {
                return one.open(image, layer, progress);
            } catch (IOException e) {
                throw file.failed(e);
            }
        }
    }
}
