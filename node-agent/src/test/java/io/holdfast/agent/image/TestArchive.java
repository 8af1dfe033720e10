package io.holdfast.agent.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** An archive as {@code docker save} writes it, made by hand, so that it can be wrong in any way. */
public final class TestArchive {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
    private final ArrayNode manifest = Json.mapper().createArrayNode();

    /** An image that runs {@code script} by its shell. */
    public TestArchive image(List<String> names, String script, byte[]... layers) throws IOException {
        ObjectNode config = Json.mapper().createObjectNode().put("os", "linux").put("architecture", "amd64");
        config.putObject("config")
                .putArray("Entrypoint")
                .add("/bin/sh")
                .add("-c")
                .add(script);
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ObjectNode image = manifest.addObject();
        image.put("Config", manifest.size() + ".json");
        ArrayNode tags = image.putArray("RepoTags");
        names.forEach(tags::add);
        ArrayNode entries = image.putArray("Layers");
        for (byte[] layer : layers) {
            String name = manifest.size() + "-" + entries.size() + "/layer.tar";
            diffIds.add(Digests.of(layer));
            entries.add(name);
            entry(name, layer);
        }
        return entry(manifest.size() + ".json", Json.mapper().writeValueAsBytes(config));
    }

    public TestArchive entry(String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        return this;
    }

    /** With its {@code manifest.json} at the end, as Docker has it. */
    public byte[] bytes() throws IOException {
        entry("manifest.json", Json.mapper().writeValueAsBytes(manifest));
        tar.close();
        return bytes.toByteArray();
    }
}
