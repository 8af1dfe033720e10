package io.holdfast.keeper.layer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code layer.json}: what the store remembers of a layer beside its tree. Written once; a torn one counts as absent, and the layer with
 * it.
 *
 * @param bootId of the boot in which it was unpacked
 */
record LayerRecord(int format, DiffId diffId, long bytes, long entries, List<String> implied, String bootId) {
    static final String FILE = "layer.json";

    /** A golden file holds the record to it. */
    static final int FORMAT = 1;

    private static final int MAX_BYTES = 8 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    LayerRecord {
        implied = List.copyOf(implied);
    }

    static LayerRecord of(Layer layer, String bootId) {
        return new LayerRecord(FORMAT, layer.id(), layer.bytes(), layer.entries(), layer.implied(), bootId);
    }

    Layer layer() {
        return new Layer(diffId, bytes, entries, implied);
    }

    void write(Path directory) throws IOException {
        Files.write(directory.resolve(FILE), MAPPER.writeValueAsBytes(this));
    }

    /**
     * Empty where there is none, or a torn one.
     *
     * @throws IOException for a format that this keeper does not know: guessing would destroy the layer
     */
    static Optional<LayerRecord> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            int format = tree.path("format").asInt(FORMAT);
            if (format != FORMAT) {
                throw new IOException(
                        "record %s has format %d, and this keeper knows %d: start the keeper that wrote it"
                                .formatted(file, format, FORMAT));
            }
            return Optional.of(MAPPER.treeToValue(tree, LayerRecord.class));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
