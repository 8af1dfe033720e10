package io.holdfast.agent.disk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.agent.image.ImageConfig;
import io.holdfast.agent.pull.ImageRecord;
import io.holdfast.model.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The images of a node as JSON. */
final class ImagesJson {
    private ImagesJson() {}

    static ArrayNode write(List<ImageRecord> images) {
        ArrayNode all = Json.mapper().createArrayNode();
        for (ImageRecord image : images) {
            ObjectNode one = all.addObject();
            one.put("reference", image.reference());
            one.put("digest", image.digest());
            if (!image.rootDigest().isEmpty()) {
                one.put("rootDigest", image.rootDigest());
            }
            one.put("pulledAtMillis", image.pulledAtMillis());
            one.put("usedAtMillis", image.usedAtMillis());
            ArrayNode layers = one.putArray("layers");
            image.layers()
                    .forEach(layer ->
                            layers.addObject().put("diffId", layer.diffId()).put("sizeBytes", layer.sizeBytes()));
            config(one.putObject("config"), image.config());
        }
        return all;
    }

    private static void config(ObjectNode into, ImageConfig config) {
        texts(into, "entrypoint", config.entrypoint());
        texts(into, "command", config.command());
        texts(into, "env", config.env());
        into.put("user", config.user());
        into.put("workDir", config.workDir());
        into.put("stopSignal", config.stopSignal());
        texts(into, "volumes", config.volumes());
        ObjectNode labels = into.putObject("labels");
        new TreeMap<>(config.labels()).forEach(labels::put);
        into.put("os", config.os());
        into.put("architecture", config.architecture());
    }

    static List<ImageRecord> read(JsonNode all) {
        List<ImageRecord> images = new ArrayList<>();
        for (JsonNode one : all) {
            List<ImageRecord.LayerRecord> layers = new ArrayList<>();
            one.path("layers")
                    .forEach(layer -> layers.add(new ImageRecord.LayerRecord(
                            layer.path("diffId").asText(),
                            layer.path("sizeBytes").asLong())));
            images.add(new ImageRecord(
                    one.path("reference").asText(),
                    one.path("digest").asText(),
                    one.path("rootDigest").asText(),
                    config(one.path("config")),
                    layers,
                    one.path("pulledAtMillis").asLong(),
                    one.path("usedAtMillis").asLong()));
        }
        return images;
    }

    private static ImageConfig config(JsonNode from) {
        Map<String, String> labels = new TreeMap<>();
        from.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new ImageConfig(
                texts(from.path("entrypoint")),
                texts(from.path("command")),
                texts(from.path("env")),
                from.path("user").asText(),
                from.path("workDir").asText(),
                from.path("stopSignal").asText(),
                texts(from.path("volumes")),
                labels,
                from.path("os").asText(),
                from.path("architecture").asText());
    }

    static void texts(ObjectNode into, String field, List<String> texts) {
        ArrayNode array = into.putArray(field);
        texts.forEach(array::add);
    }

    static List<String> texts(JsonNode from) {
        List<String> texts = new ArrayList<>();
        from.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
