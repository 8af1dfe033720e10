package io.holdfast.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.Manifest;
import java.util.Map;

/**
 * Puts a node's manifest in place of the present one when it is newer: of a higher epoch, or of the same and with a higher
 * revision. Sending the same one twice changes nothing, so a call that got no answer may be repeated.
 *
 * <p>Answers with the epoch of what stands there afterwards: above {@code manifest.epoch()} means that another leads.
 */
public record PublishManifest(Manifest manifest) implements EntryProcessor<String, Manifest, Long> {

    @Override
    public Long process(Map.Entry<String, Manifest> entry) {
        Manifest present = entry.getValue();
        if (present == null || newer(manifest, present)) {
            entry.setValue(manifest);
            return manifest.epoch();
        }
        return present.epoch();
    }

    /** The order of manifests, which agents keep too: by epoch, then by revision. */
    public static boolean newer(Manifest candidate, Manifest present) {
        return candidate.epoch() != present.epoch()
                ? candidate.epoch() > present.epoch()
                : candidate.revision() > present.revision();
    }

    static final class Serializer implements CompactSerializer<PublishManifest> {
        @Override
        public PublishManifest read(CompactReader in) {
            return new PublishManifest(in.readCompact("manifest"));
        }

        @Override
        public void write(CompactWriter out, PublishManifest publish) {
            out.writeCompact("manifest", publish.manifest());
        }

        @Override
        public String getTypeName() {
            return "holdfast.publish-manifest";
        }

        @Override
        public Class<PublishManifest> getCompactClass() {
            return PublishManifest.class;
        }
    }
}
