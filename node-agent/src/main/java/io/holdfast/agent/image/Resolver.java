package io.holdfast.agent.image;

import io.holdfast.agent.image.ImageException.Kind;
import java.util.ArrayList;
import java.util.List;

/** The way from what a name stands for to digests, the same for all sources. Verifies every document it is handed. */
public final class Resolver {
    private final NodePlatform platform;

    public Resolver(NodePlatform platform) {
        this.platform = platform;
    }

    public ResolvedImage resolve(Pieces pieces) throws ImageException {
        Piece root = pieces.root();
        Manifest manifest = ManifestReader.read(root);
        if (manifest instanceof Manifest.Image image) {
            return image(root.digest(), "", image, pieces);
        }
        Descriptor picked = platform.pick(((Manifest.Index) manifest).entries()).manifest();
        byte[] bytes = verified(pieces.manifest(picked), picked, "the manifest of " + platform.text());
        if (!(ManifestReader.read(new Piece(picked.mediaType(), bytes)) instanceof Manifest.Image image)) {
            throw new ImageException(Kind.UNSUPPORTED, "is an index inside an index, which is not followed");
        }
        return image(picked.digest(), root.digest(), image, pieces);
    }

    private ResolvedImage image(String digest, String indexDigest, Manifest.Image image, Pieces pieces)
            throws ImageException {
        byte[] bytes = verified(pieces.config(image.config()), image.config(), "its configuration");
        ImageConfigReader.Read read = ImageConfigReader.read(bytes);
        // of an index, the index has the say: images for arm64 that call themselves amd64 are around
        checkPlatform(read.config(), indexDigest);
        checkCount(read.diffIds(), image.layers().size());
        List<LayerBlob> layers = new ArrayList<>();
        for (int i = 0; i < image.layers().size(); i++) {
            Descriptor layer = image.layers().get(i);
            layers.add(new LayerBlob(
                    layer.digest(),
                    layer.mediaType(),
                    layer.sizeBytes(),
                    read.diffIds().get(i)));
        }
        return new ResolvedImage(digest, indexDigest, read.config(), layers);
    }

    /** Of an image that no index picked. */
    public void checkPlatform(ImageConfig config, String indexDigest) throws ImageException {
        boolean silent = config.os().isEmpty() && config.architecture().isEmpty();
        if (indexDigest.isEmpty() && !silent && !platform.runs(config.os(), config.architecture())) {
            throw new ImageException(
                    Kind.NOT_FOUND,
                    "is for " + ImageException.shown(config.os() + "/" + config.architecture()) + ", and this node is "
                            + platform.text());
        }
    }

    public static void checkCount(List<String> diffIds, int layers) throws ImageException {
        if (diffIds.size() != layers) {
            throw new ImageException(
                    Kind.CORRUPT,
                    "its configuration tells of " + diffIds.size() + " layers and its manifest of " + layers);
        }
    }

    private static byte[] verified(byte[] bytes, Descriptor descriptor, String what) throws ImageException {
        if (bytes.length != descriptor.sizeBytes()) {
            throw new ImageException(
                    Kind.CORRUPT,
                    what + " has " + bytes.length + " bytes where " + descriptor.sizeBytes() + " should be");
        }
        String found = Digests.of(bytes);
        if (!found.equals(descriptor.digest())) {
            throw new ImageException(
                    Kind.CORRUPT,
                    what + " has content of digest " + found + " where " + descriptor.digest() + " should be");
        }
        return bytes;
    }
}
