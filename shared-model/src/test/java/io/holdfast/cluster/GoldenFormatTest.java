package io.holdfast.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.HeapData;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.internal.serialization.impl.compact.SchemaService;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.genericrecord.GenericRecordBuilder;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every document, in {@code documents.v1.hex} (regenerated with {@code -Dgolden.write=true}, which a change of
 * format needs, along with {@link Format#VERSION}). The schema's id is part of the bytes, so a renamed field shows as well.
 */
class GoldenFormatTest {
    private static final String GOLDEN = "documents.v" + Format.VERSION + ".hex";

    private final InternalSerializationService service = new DefaultSerializationServiceBuilder()
            .setConfig(ClusterFormats.config())
            .setSchemaService(new Schemas())
            .build();

    /** What a cluster would replicate. */
    private static final class Schemas implements SchemaService {
        private final Map<Long, Schema> byId = new HashMap<>();

        @Override
        public Schema get(long schemaId) {
            return byId.get(schemaId);
        }

        @Override
        public void put(Schema schema) {
            byId.put(schema.getSchemaId(), schema);
        }

        @Override
        public void putLocal(Schema schema) {
            put(schema);
        }
    }

    record Sample(String name, Object document) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Sample> samples() {
        return List.of(
                new Sample("manifest", Documents.manifest(7, 42)),
                new Sample("node-registration", Documents.node(1_700_000_000_000L, 2_000)),
                new Sample("publish-manifest", new PublishManifest(Documents.manifest(7, 42))),
                new Sample("publish-report", new PublishReport(Documents.report(1_700_000_000_000L, 5))),
                new Sample("register-node", new RegisterNode(Documents.node(1_700_000_000_000L, 2_000))),
                new Sample("report", Documents.report(1_700_000_000_000L, 5)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldWriteTheBytesOfTheGoldenFile(Sample sample) throws IOException {
        String written =
                HexFormat.of().formatHex(service.toData(sample.document()).toByteArray());
        if (Boolean.getBoolean("golden.write")) {
            write(sample.name(), written);
        }
        assertThat(written).isEqualTo(golden().get(sample.name()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldReadWhatItWrote(Sample sample) {
        Data data = service.toData(sample.document());
        Object read = service.toObject(new HeapData(data.toByteArray()));
        assertThat(read).isEqualTo(sample.document());
    }

    @Test
    void shouldRefuseManifestOfUnknownFormat() {
        Data newer = service.toData(GenericRecordBuilder.compact("holdfast.manifest")
                .setInt32("format", Format.VERSION + 1)
                .setString("clusterId", "cluster-1")
                .build());
        assertThatThrownBy(() -> service.<Manifest>toObject(newer))
                .isInstanceOf(HazelcastSerializationException.class)
                .hasMessageContaining("manifest has format 2, this version reads 1");
    }

    @Test
    void shouldReadARegistrationOfAnAgentThatTellsOfNoLayers() {
        Data older = service.toData(GenericRecordBuilder.compact("holdfast.node-registration")
                .setInt32("format", Format.VERSION)
                .setString("nodeId", "node-1")
                .setString("name", "alpha")
                .setInt64("cpuMillis", 2_000)
                .setInt64("memoryBytes", 1L << 33)
                .setInt64("diskBytes", 1L << 40)
                .setInt64("pids", 4_096)
                .setArrayOfString("attributeNames", new String[] {"node.arch", "node.kernel"})
                .setArrayOfString("attributeValues", new String[] {"amd64", "6.18"})
                .setString("agentVersion", "0.1.0")
                .setInt64("incarnation", 7)
                .build());

        assertThat(service.<NodeRegistration>toObject(older))
                .isEqualTo(Documents.node(7, 2_000).with(LayerHashes.NONE));
    }

    @Test
    void shouldRefuseClassesWithoutSerializer() {
        record Stranger(String name) {}
        assertThatThrownBy(() -> service.toObject(service.toData(new Stranger("x"))))
                .isInstanceOf(RuntimeException.class);
    }

    private static Map<String, String> golden() throws IOException {
        Map<String, String> lines = new TreeMap<>();
        try (InputStream in = GoldenFormatTest.class.getResourceAsStream(GOLDEN)) {
            assertThat(in).as(GOLDEN).isNotNull();
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
                String[] parts = line.split(" ");
                lines.put(parts[0], parts[1]);
            }
        }
        return lines;
    }

    private static void write(String name, String hex) throws IOException {
        Path file = Path.of("src/test/resources/io/holdfast/cluster", GOLDEN);
        Map<String, String> lines = new TreeMap<>();
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(line -> lines.put(line.split(" ")[0], line.split(" ")[1]));
        }
        lines.put(name, hex);
        StringBuilder text = new StringBuilder();
        lines.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
        Files.writeString(file, text);
    }
}
