package io.holdfast.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.ImageException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads manifests and indexes: OCI's, and Docker's of schema 2. */
public final class ManifestReader {
    private static final int SCHEMA = 2;
    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final String FULL_NAME = "io.containerd.image.name";
    private static final Set<String> INDEXES = Set.of(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_INDEX);
    private static final Set<String> IMAGES = Set.of(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST);
    private static final Set<String> CONFIGS = Set.of(MediaTypes.OCI_CONFIG, MediaTypes.DOCKER_CONFIG);
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1";

    /** All that is read, for the header {@code Accept}: what is not asked for may be converted by the registry. */
    public static final List<String> MEDIA_TYPES =
            List.of(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_INDEX, MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST);

    private ManifestReader() {}

    public static Manifest read(Piece piece) throws ImageException {
        String what = "its manifest";
        JsonNode tree = ImageJson.object(piece.bytes(), ImageLimits.MAX_MANIFEST_BYTES, what);
        String named = ImageJson.text(tree, "mediaType", what);
        String type = named.isEmpty() ? bare(piece.mediaType()) : named;
        if (type.startsWith(SCHEMA_1) || tree.path("schemaVersion").asInt(0) == 1) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "is in Docker's old format (manifest schema 1): push it again with Docker 1.10 or later, or copy it with"
                            + " skopeo copy --format v2s2");
        }
        if (tree.path("schemaVersion").asInt(0) != SCHEMA) {
            throw ImageJson.corrupt(what, "schemaVersion is not " + SCHEMA);
        }
        boolean index = tree.has("manifests");
        boolean image = tree.has("layers") || tree.has("config");
        // CVE-2021-41190: what is both would be one image to a scanner and another one here
        if (index == image || index && IMAGES.contains(type) || image && INDEXES.contains(type)) {
            throw ImageJson.corrupt(what, "is neither clearly an index nor clearly one image");
        }
        return index ? index(tree, what) : image(tree, what);
    }

    private static Manifest index(JsonNode tree, String what) throws ImageException {
        List<IndexEntry> entries = new ArrayList<>();
        for (JsonNode node : ImageJson.list(tree, "manifests", ImageLimits.MAX_INDEX_ENTRIES, what)) {
            JsonNode platform = ImageJson.mapping(node, "platform", ImageLimits.MAX_CONFIG_ELEMENTS, what);
            JsonNode annotations = ImageJson.mapping(node, "annotations", ImageLimits.MAX_CONFIG_ELEMENTS, what);
            entries.add(new IndexEntry(
                    descriptor(node, ImageLimits.MAX_MANIFEST_BYTES, "a manifest of its index"),
                    ImageJson.text(platform, "os", what),
                    ImageJson.text(platform, "architecture", what),
                    ImageJson.text(platform, "variant", what),
                    ImageJson.text(annotations, REF_NAME, what),
                    ImageJson.text(annotations, FULL_NAME, what)));
        }
        return new Manifest.Index(entries);
    }

    private static Manifest image(JsonNode tree, String what) throws ImageException {
        Descriptor config = descriptor(tree.path("config"), ImageLimits.MAX_CONFIG_BYTES, "its configuration");
        if (!CONFIGS.contains(config.mediaType())) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "is no container image but an artifact of type " + ImageException.shown(config.mediaType()));
        }
        List<Descriptor> layers = new ArrayList<>();
        for (JsonNode node : ImageJson.list(tree, "layers", ImageLimits.MAX_LAYERS, what)) {
            Descriptor layer = descriptor(node, ImageLimits.MAX_LAYER_BYTES, "a layer");
            checkLayer(layer, node);
            layers.add(layer);
        }
        return new Manifest.Image(config, layers);
    }

    private static void checkLayer(Descriptor layer, JsonNode node) throws ImageException {
        String type = layer.mediaType();
        // image specification, "Non-Distributable Layers": fetching whatever address an image names is a confused
        // deputy's
        // work (CVE-2020-15157)
        if (type.contains("foreign")
                || type.contains("nondistributable")
                || !node.path("urls").isEmpty()) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "layer " + layer.digest() + " is foreign (" + ImageException.shown(type)
                            + "): it lies outside of the registry, where nothing is fetched from");
        }
        boolean known = type.startsWith("application/vnd.oci.image.layer.v1.tar")
                || type.startsWith("application/vnd.docker.image.rootfs.diff.tar");
        if (!known || type.endsWith("+encrypted")) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "layer " + layer.digest() + " is of type " + ImageException.shown(type)
                            + ", which no root file system can be made of");
        }
    }

    private static Descriptor descriptor(JsonNode node, long maxBytes, String what) throws ImageException {
        if (!node.isObject()) {
            throw ImageJson.corrupt(what, "is not described");
        }
        return new Descriptor(
                ImageJson.text(node, "mediaType", what),
                Digests.checked(ImageJson.text(node, "digest", what), what),
                ImageJson.number(node, "size", maxBytes, what));
    }

    /** Without parameters. */
    private static String bare(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    }
}
