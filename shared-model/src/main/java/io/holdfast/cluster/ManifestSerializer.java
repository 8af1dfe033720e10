package io.holdfast.cluster;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import java.util.List;

/** What should be on a node. */
final class ManifestSerializer implements CompactSerializer<Manifest> {

    @Override
    public Manifest read(CompactReader in) {
        Format.check(in, "manifest");
        return new Manifest(
                in.readString("clusterId"),
                in.readInt64("epoch"),
                in.readInt64("revision"),
                in.readInt32("rowCount"),
                List.of(in.readArrayOfCompact("rows", ManifestRow.class)));
    }

    @Override
    public void write(CompactWriter out, Manifest manifest) {
        Format.write(out);
        out.writeString("clusterId", manifest.clusterId());
        out.writeInt64("epoch", manifest.epoch());
        out.writeInt64("revision", manifest.revision());
        out.writeInt32("rowCount", manifest.rowCount());
        out.writeArrayOfCompact("rows", manifest.rows().toArray(ManifestRow[]::new));
    }

    @Override
    public String getTypeName() {
        return "holdfast.manifest";
    }

    @Override
    public Class<Manifest> getCompactClass() {
        return Manifest.class;
    }
}
