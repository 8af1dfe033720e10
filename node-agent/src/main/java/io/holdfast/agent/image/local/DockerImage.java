package io.holdfast.agent.image.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.Decompression;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageConfigReader;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageJson;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import io.holdfast.agent.image.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * An image of the {@code manifest.json} that {@code docker save} writes.
 *
 * @param config entry of the configuration
 * @param layers entries of the layers' tars, the lowest first
 */
record DockerImage(ArchiveFile file, String config, List<String> layers, List<String> names) implements ArchiveImage {
    static final String MANIFEST = "manifest.json";

    private static final String LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar";

    DockerImage {
        layers = List.copyOf(layers);
        names = List.copyOf(names);
    }

    static List<ArchiveImage> all(ArchiveFile file, byte[] manifest) throws ImageException {
        JsonNode tree = ImageJson.tree(manifest, ImageLimits.MAX_MANIFEST_BYTES, MANIFEST);
        if (!tree.isArray() || tree.isEmpty() || !tree.get(0).isObject()) {
            throw new ImageException(Kind.CORRUPT, MANIFEST + " lists no image");
        }
        if (tree.size() > ImageLimits.MAX_INDEX_ENTRIES) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "holds " + tree.size() + " images, and " + ImageLimits.MAX_INDEX_ENTRIES + " are the most");
        }
        List<ArchiveImage> images = new ArrayList<>();
        for (JsonNode image : tree) {
            images.add(new DockerImage(
                    file,
                    ImageJson.text(image, "Config", MANIFEST),
                    ImageJson.texts(image, "Layers", ImageLimits.MAX_LAYERS, MANIFEST),
                    ImageJson.texts(image, "RepoTags", ImageLimits.MAX_CONFIG_ELEMENTS, MANIFEST)));
        }
        return images;
    }

    @Override
    public ResolvedImage resolve(Resolver resolver) throws ImageException {
        byte[] bytes = file.bytes(config, ImageLimits.MAX_CONFIG_BYTES);
        ImageConfigReader.Read read = ImageConfigReader.read(bytes);
        resolver.checkPlatform(read.config(), "");
        Resolver.checkCount(read.diffIds(), layers.size());
        Map<String, Long> sizes = file.sizes(new HashSet<>(layers));
        List<LayerBlob> blobs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            String diffId = read.diffIds().get(i);
            blobs.add(new LayerBlob(diffId, LAYER_TYPE, sizes.get(layers.get(i)), diffId));
        }
        return new ResolvedImage(Digests.of(bytes), "", read.config(), blobs);
    }

    @Override
    public InputStream open(ResolvedImage image, LayerBlob layer, Progress progress) throws IOException {
        int index = image.layers().indexOf(layer);
        if (index < 0 || index >= layers.size()) {
            throw new ImageException(Kind.CORRUPT, "has changed since it was resolved");
        }
        InputStream stored = new CountedStream(file.open(layers.get(index)), progress);
        // here only the decompressed tar has a digest; crane and jib compress layers in archives, Docker does not
        return new VerifiedStream(Decompression.of(stored), layer.diffId(), VerifiedStream.ANY_SIZE);
    }
}
