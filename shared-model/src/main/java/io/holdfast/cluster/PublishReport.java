package io.holdfast.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.Report;
import java.util.Map;

/**
 * Puts a node's report in place of the present one when it is newer: of a later incarnation of the agent, or of the same and
 * with a higher revision. For the node's own key only; another is refused.
 *
 * <p>Answers whether the report was written; {@code false} means that one as new or newer stands there already.
 */
public record PublishReport(Report report) implements EntryProcessor<String, Report, Boolean> {

    @Override
    public Boolean process(Map.Entry<String, Report> entry) {
        if (!entry.getKey().equals(report.nodeId())) {
            return false;
        }
        Report present = entry.getValue();
        if (present != null && !newer(report, present)) {
            return false;
        }
        entry.setValue(report);
        return true;
    }

    /** The order of a node's reports: by incarnation, then by revision. */
    public static boolean newer(Report candidate, Report present) {
        return candidate.incarnation() != present.incarnation()
                ? candidate.incarnation() > present.incarnation()
                : candidate.revision() > present.revision();
    }

    static final class Serializer implements CompactSerializer<PublishReport> {
        @Override
        public PublishReport read(CompactReader in) {
            return new PublishReport(in.readCompact("report"));
        }

        @Override
        public void write(CompactWriter out, PublishReport publish) {
            out.writeCompact("report", publish.report());
        }

        @Override
        public String getTypeName() {
            return "holdfast.publish-report";
        }

        @Override
        public Class<PublishReport> getCompactClass() {
            return PublishReport.class;
        }
    }
}
