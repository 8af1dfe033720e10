package io.holdfast.cluster;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.ManifestRow;

/** A row of a manifest; its format is the manifest's. */
final class ManifestRowSerializer implements CompactSerializer<ManifestRow> {

    @Override
    public ManifestRow read(CompactReader in) {
        return new ManifestRow(
                in.readString("allocation"),
                new JobKey(in.readString("project"), in.readString("job")),
                in.readInt32("jobVersion"),
                in.readString("group"),
                in.readInt32("index"),
                in.readString("spec"),
                Format.enumOf(Desired.class, in.readString("desired")));
    }

    @Override
    public void write(CompactWriter out, ManifestRow row) {
        out.writeString("allocation", row.allocationId());
        out.writeString("project", row.job().project());
        out.writeString("job", row.job().job());
        out.writeInt32("jobVersion", row.jobVersion());
        out.writeString("group", row.group());
        out.writeInt32("index", row.index());
        out.writeString("spec", row.specHash());
        out.writeString("desired", row.desired().name());
    }

    @Override
    public String getTypeName() {
        return "holdfast.manifest-row";
    }

    @Override
    public Class<ManifestRow> getCompactClass() {
        return ManifestRow.class;
    }
}
