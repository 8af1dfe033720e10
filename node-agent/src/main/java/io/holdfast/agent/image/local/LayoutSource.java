package io.holdfast.agent.image.local;

import io.holdfast.agent.image.Decompression;
import io.holdfast.agent.image.Descriptor;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.NodePlatform;
import io.holdfast.agent.image.Piece;
import io.holdfast.agent.image.Pieces;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import io.holdfast.agent.image.VerifiedStream;
import io.holdfast.model.job.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Directories in the image layout of OCI's image specification. */
public final class LayoutSource implements ImageSource {
    private final Resolver resolver;

    public LayoutSource(NodePlatform platform) {
        this.resolver = new Resolver(platform);
    }

    @Override
    public ResolvedImage resolve(Image name) throws ImageException {
        Image.Layout layout = (Image.Layout) name;
        Path directory = Path.of(layout.path());
        return resolver.resolve(new Pieces() {
            @Override
            public Piece root() throws ImageException {
                byte[] mark = LocalFiles.bytes(directory.resolve(LayoutIndex.MARK), ImageLimits.MAX_MANIFEST_BYTES);
                byte[] index = LocalFiles.bytes(directory.resolve(LayoutIndex.INDEX), ImageLimits.MAX_MANIFEST_BYTES);
                Descriptor picked = LayoutIndex.pick(mark, index, layout.tag());
                Piece piece = new Piece(picked.mediaType(), manifest(picked));
                if (!piece.digest().equals(picked.digest())) {
                    throw new ImageException(
                            Kind.CORRUPT, "its manifest is not what its digest " + picked.digest() + " promises");
                }
                return piece;
            }

            @Override
            public byte[] manifest(Descriptor descriptor) throws ImageException {
                return LocalFiles.bytes(blob(directory, descriptor.digest()), ImageLimits.MAX_MANIFEST_BYTES);
            }

            @Override
            public byte[] config(Descriptor descriptor) throws ImageException {
                return LocalFiles.bytes(blob(directory, descriptor.digest()), ImageLimits.MAX_CONFIG_BYTES);
            }
        });
    }

    @Override
    public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) throws ImageException {
        Path path = blob(Path.of(((Image.Layout) name).path()), layer.digest());
        try {
            InputStream counted = new CountedStream(LocalFiles.open(path), progress);
            return Decompression.of(new VerifiedStream(counted, layer.digest(), layer.sizeBytes()));
        } catch (IOException e) {
            throw LocalFiles.failed(path, e);
        }
    }

    /** The digest was checked when it was read: it cannot leave the directory. */
    private static Path blob(Path directory, String digest) {
        return directory.resolve("blobs").resolve("sha256").resolve(Digests.hex(digest));
    }
}
