package io.holdfast.cluster;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.TaskReport;
import java.util.List;

/** An allocation's part of a report; its format is the report's. */
final class AllocationReportSerializer implements CompactSerializer<AllocationReport> {

    @Override
    public AllocationReport read(CompactReader in) {
        return new AllocationReport(
                in.readString("allocation"),
                Format.enumOf(AllocationState.class, in.readString("state")),
                in.readString("reason"),
                in.readInt64("startedAtMillis"),
                in.readInt64("finishedAtMillis"),
                List.of(in.readArrayOfCompact("tasks", TaskReport.class)));
    }

    @Override
    public void write(CompactWriter out, AllocationReport report) {
        out.writeString("allocation", report.allocationId());
        out.writeString("state", report.state().name());
        out.writeString("reason", report.reason());
        out.writeInt64("startedAtMillis", report.startedAtMillis());
        out.writeInt64("finishedAtMillis", report.finishedAtMillis());
        out.writeArrayOfCompact("tasks", report.tasks().toArray(TaskReport[]::new));
    }

    @Override
    public String getTypeName() {
        return "holdfast.allocation-report";
    }

    @Override
    public Class<AllocationReport> getCompactClass() {
        return AllocationReport.class;
    }
}
