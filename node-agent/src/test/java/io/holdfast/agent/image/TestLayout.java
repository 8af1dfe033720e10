package io.holdfast.agent.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An image layout written by hand, so that it can be wrong in any way. */
public final class TestLayout {
    public static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    public static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    public static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
    public static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

    private final Path directory;
    private final ArrayNode entries = Json.mapper().createArrayNode();

    public TestLayout(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        writeIndex();
    }

    /** An image of tars, compressed as {@code compression} says: gzip, zstd or none; its manifest's descriptor. */
    public ObjectNode image(String architecture, String compression, byte[]... tars) throws IOException {
        ObjectNode config = Json.mapper().createObjectNode();
        config.put("os", "linux").put("architecture", architecture);
        ObjectNode run = config.putObject("config");
        run.putArray("Entrypoint").add("/bin/app");
        run.putArray("Cmd").add("--serve");
        run.putArray("Env").add("PATH=/bin").add("MODE=test");
        run.put("User", "1000:1000").put("WorkingDir", "/srv").put("StopSignal", "SIGINT");
        run.putObject("Volumes").putObject("/data");
        run.putObject("Labels").put("org.example", "yes");
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ObjectNode manifest = Json.mapper().createObjectNode();
        manifest.put("schemaVersion", 2).put("mediaType", MANIFEST_TYPE);
        ArrayNode layers = Json.mapper().createArrayNode();
        for (byte[] tar : tars) {
            diffIds.add(Digests.of(tar));
            byte[] blob = switch (compression) {
                case "gzip" -> TestLayers.gzip(tar);
                case "zstd" -> TestLayers.zstd(tar);
                default -> tar;
            };
            layers.add(blob(LAYER_TYPE + (compression.equals("none") ? "" : "+" + compression), blob));
        }
        manifest.set("config", blob(CONFIG_TYPE, Json.mapper().writeValueAsBytes(config)));
        manifest.set("layers", layers);
        return blob(MANIFEST_TYPE, Json.mapper().writeValueAsBytes(manifest));
    }

    public ObjectNode index(List<ObjectNode> manifests) throws IOException {
        ObjectNode index = Json.mapper().createObjectNode();
        index.put("schemaVersion", 2).put("mediaType", INDEX_TYPE);
        index.putArray("manifests").addAll(manifests);
        return blob(INDEX_TYPE, Json.mapper().writeValueAsBytes(index));
    }

    public static ObjectNode on(String architecture, ObjectNode manifest) {
        manifest.putObject("platform").put("os", "linux").put("architecture", architecture);
        return manifest;
    }

    /** Puts the image into the layout's index. */
    public TestLayout tag(String tag, ObjectNode descriptor) throws IOException {
        ObjectNode entry = descriptor.deepCopy();
        if (!tag.isEmpty()) {
            entry.putObject("annotations").put("org.opencontainers.image.ref.name", tag);
        }
        entries.add(entry);
        writeIndex();
        return this;
    }

    public ObjectNode blob(String mediaType, byte[] bytes) throws IOException {
        String digest = Digests.of(bytes);
        Files.write(path(digest), bytes);
        return Json.mapper()
                .createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", digest)
                .put("size", bytes.length);
    }

    public Path path(String digest) {
        return directory.resolve("blobs/sha256").resolve(Digests.hex(digest));
    }

    public Path directory() {
        return directory;
    }

    private void writeIndex() throws IOException {
        ObjectNode index = Json.mapper().createObjectNode().put("schemaVersion", 2);
        index.set("manifests", entries);
        Files.write(directory.resolve("index.json"), Json.mapper().writeValueAsBytes(index));
    }
}
