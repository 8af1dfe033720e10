package io.holdfast.agent.image.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageConfigReader;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageJson;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The {@code manifest.json} of {@code docker save}.
 *
 * @param config entry of the configuration
 * @param layers entries of the layers' tars, the lowest first
 */
record DockerManifest(String config, List<String> layers) {
    static final String NAME = "manifest.json";

    private static final String LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar";

    DockerManifest {
        layers = List.copyOf(layers);
    }

    static DockerManifest of(Map<String, byte[]> heads) throws ImageException {
        byte[] bytes = heads.get(NAME);
        if (bytes == null) {
            throw new ImageException(
                    Kind.CORRUPT, "is no archive of an image: it has neither " + NAME + " nor " + LayoutIndex.INDEX);
        }
        JsonNode images = ImageJson.tree(bytes, ImageLimits.MAX_MANIFEST_BYTES, NAME);
        if (!images.isArray() || images.isEmpty() || !images.get(0).isObject()) {
            throw new ImageException(Kind.CORRUPT, NAME + " lists no image");
        }
        if (images.size() > 1) {
            throw new ImageException(
                    Kind.NOT_FOUND,
                    "holds " + images.size() + " images where one is expected: " + tags(images)
                            + "; save each into an archive of its own");
        }
        JsonNode image = images.get(0);
        return new DockerManifest(
                ImageJson.text(image, "Config", NAME), ImageJson.texts(image, "Layers", ImageLimits.MAX_LAYERS, NAME));
    }

    ResolvedImage resolve(ArchiveFile file, Resolver resolver) throws ImageException {
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

    String layer(int index) throws ImageException {
        if (index < 0 || index >= layers.size()) {
            throw new ImageException(Kind.CORRUPT, "has changed since it was resolved");
        }
        return layers.get(index);
    }

    private static String tags(JsonNode images) throws ImageException {
        List<String> tags = new ArrayList<>();
        for (JsonNode image : images) {
            tags.addAll(ImageJson.texts(image, "RepoTags", ImageLimits.MAX_CONFIG_ELEMENTS, NAME));
        }
        return String.join(
                ", ",
                tags.stream()
                        .limit(ImageLimits.MAX_LISTED)
                        .map(ImageException::shown)
                        .toList());
    }
}
