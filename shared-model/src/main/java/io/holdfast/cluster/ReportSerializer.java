package io.holdfast.cluster;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.Report;
import java.util.List;

/** What an agent observed. */
final class ReportSerializer implements CompactSerializer<Report> {

    @Override
    public Report read(CompactReader in) {
        Format.check(in, "report");
        return new Report(
                in.readString("nodeId"),
                in.readString("clusterId"),
                in.readInt64("epochSeen"),
                in.readInt64("manifestRevision"),
                in.readInt64("incarnation"),
                in.readInt64("revision"),
                List.of(in.readArrayOfCompact("allocations", AllocationReport.class)));
    }

    @Override
    public void write(CompactWriter out, Report report) {
        Format.write(out);
        out.writeString("nodeId", report.nodeId());
        out.writeString("clusterId", report.clusterId());
        out.writeInt64("epochSeen", report.epochSeen());
        out.writeInt64("manifestRevision", report.manifestRevision());
        out.writeInt64("incarnation", report.incarnation());
        out.writeInt64("revision", report.revision());
        out.writeArrayOfCompact("allocations", report.allocations().toArray(AllocationReport[]::new));
    }

    @Override
    public String getTypeName() {
        return "holdfast.report";
    }

    @Override
    public Class<Report> getCompactClass() {
        return Report.class;
    }
}
