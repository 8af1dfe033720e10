package io.holdfast.cluster;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.CompactSerializationConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.nio.serialization.compact.CompactSerializer;

/**
 * How both sides serialize: Compact with explicit serializers, nothing else. Who reaches a member's port could otherwise have
 * it instantiate classes of their choice, by Java serialization or by Compact's reflection.
 */
final class ClusterFormats {

    private ClusterFormats() {}

    static CompactSerializer<?>[] serializers() {
        return new CompactSerializer<?>[] {
            new ManifestSerializer(),
            new ManifestRowSerializer(),
            new ReportSerializer(),
            new AllocationReportSerializer(),
            new TaskReportSerializer(),
            new NodeRegistrationSerializer(),
            new PublishManifest.Serializer(),
            new PublishReport.Serializer(),
            new RegisterNode.Serializer(),
        };
    }

    static SerializationConfig config() {
        CompactSerializationConfig compact = new CompactSerializationConfig()
                .setSerializers(serializers())
                .setZeroConfigFilter(nothingBut("no class by reflection"));
        // Hazelcast's own messages carry exceptions and a few JDK values by Java serialization
        return new SerializationConfig()
                .setCompactSerializationConfig(compact)
                .setJavaSerializationFilterConfig(
                        nothingBut("com.hazelcast.", "java.lang.", "java.util.concurrent.", "[Ljava.lang."));
    }

    private static JavaSerializationFilterConfig nothingBut(String... prefixes) {
        return new JavaSerializationFilterConfig()
                .setDefaultsDisabled(true)
                .setWhitelist(new ClassFilter().addPrefixes(prefixes));
    }
}
