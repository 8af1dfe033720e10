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

    @Override
    public ResolvedImage resolve(Image name) throws ImageException {
        ArchiveFile file = file(name);
        Map<String, byte[]> heads = heads(file);
        if (!layout(heads)) {
            return DockerManifest.of(heads).resolve(file, resolver);
        }
        return resolver.resolve(new Pieces() {
            @Override
            public Piece root() throws ImageException {
                Descriptor picked = LayoutIndex.pick(heads.get(LayoutIndex.MARK), heads.get(LayoutIndex.INDEX), "");
                Piece piece = new Piece(picked.mediaType(), manifest(picked));
                if (!piece.digest().equals(picked.digest())) {
                    throw new ImageException(
                            Kind.CORRUPT, "its manifest is not what its digest " + picked.digest() + " promises");
                }
                return piece;
            }

            @Override
            public byte[] manifest(Descriptor descriptor) throws ImageException {
                return file.bytes(blob(descriptor.digest()), ImageLimits.MAX_MANIFEST_BYTES);
            }

            @Override
            public byte[] config(Descriptor descriptor) throws ImageException {
                return file.bytes(blob(descriptor.digest()), ImageLimits.MAX_CONFIG_BYTES);
            }
        });
    }

    @Override
    public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress)
            throws ImageException {
        ArchiveFile file = file(name);
        Map<String, byte[]> heads = heads(file);
        try {
            if (layout(heads)) {
                InputStream stored = new CountedStream(file.open(blob(layer.digest())), progress);
                return Decompression.of(new VerifiedStream(stored, layer.digest(), layer.sizeBytes()));
            }
            String entry = DockerManifest.of(heads).layer(image.layers().indexOf(layer));
            InputStream stored = new CountedStream(file.open(entry), progress);
            // here only the decompressed tar has a digest; crane and jib compress layers in archives, Docker does not
            return new VerifiedStream(Decompression.of(stored), layer.diffId(), VerifiedStream.ANY_SIZE);
        } catch (IOException e) {
            throw LocalFiles.failed(Path.of(((Image.Archive) name).path()), e);
        }
    }

    private static ArchiveFile file(Image name) {
        return new ArchiveFile(Path.of(((Image.Archive) name).path()));
    }

    private static Map<String, byte[]> heads(ArchiveFile file) throws ImageException {
        return file.read(
                Set.of(LayoutIndex.MARK, LayoutIndex.INDEX, DockerManifest.NAME), ImageLimits.MAX_MANIFEST_BYTES);
    }

    private static boolean layout(Map<String, byte[]> heads) {
        return heads.containsKey(LayoutIndex.MARK) && heads.containsKey(LayoutIndex.INDEX);
    }

    private static String blob(String digest) {
        return "blobs/sha256/" + Digests.hex(digest);
    }
}
