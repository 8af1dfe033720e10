package io.holdfast.agent.image.local;

import io.holdfast.agent.image.Decompression;
import io.holdfast.agent.image.Descriptor;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.IndexEntry;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.Piece;
import io.holdfast.agent.image.Pieces;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import io.holdfast.agent.image.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image of an OCI layout in a tar.
 *
 * @param manifest of the image, or of an index
 */
record LayoutImage(ArchiveFile file, Descriptor manifest, List<String> names) implements ArchiveImage {
    LayoutImage {
        names = List.copyOf(names);
    }

    /** In the order of the layout's index, which lists a manifest once for each of its names. */
    static List<ArchiveImage> all(ArchiveFile file, byte[] mark, byte[] index) throws ImageException {
        Map<String, Descriptor> manifests = new LinkedHashMap<>();
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (IndexEntry entry : LayoutIndex.entries(mark, index)) {
            String digest = entry.manifest().digest();
            manifests.putIfAbsent(digest, entry.manifest());
            List<String> own = names.computeIfAbsent(digest, first -> new ArrayList<>());
            if (!entry.reference().isEmpty()) {
                own.add(entry.reference());
            }
        }
        List<ArchiveImage> images = new ArrayList<>();
        manifests.forEach((digest, manifest) -> images.add(new LayoutImage(file, manifest, names.get(digest))));
        return images;
    }

    @Override
    public ResolvedImage resolve(Resolver resolver) throws ImageException {
        return resolver.resolve(new Pieces() {
            @Override
            public Piece root() throws ImageException {
                Piece piece = new Piece(manifest.mediaType(), manifest(manifest));
                if (!piece.digest().equals(manifest.digest())) {
                    throw new ImageException(
                            Kind.CORRUPT, "its manifest is not what its digest " + manifest.digest() + " promises");
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
    public InputStream open(ResolvedImage image, LayerBlob layer, Progress progress) throws IOException {
        InputStream stored = new CountedStream(file.open(blob(layer.digest())), progress);
        return Decompression.of(new VerifiedStream(stored, layer.digest(), layer.sizeBytes()));
    }

    private static String blob(String digest) {
        return "blobs/sha256/" + Digests.hex(digest);
    }
}
