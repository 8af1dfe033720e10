package io.holdfast.scheduler.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.ImagePin;
import io.holdfast.model.job.Resources;
import io.holdfast.scheduler.core.GroupStatus;
import io.holdfast.scheduler.core.JobStatus;
import java.util.List;

/**
 * A job as the API shows it: {@code Job} in {@code openapi.yaml}.
 *
 * @param spec canonical, as it was submitted; missing where jobs are listed
 */
record JobView(
        String project,
        String job,
        int version,
        String type,
        int priority,
        String state,
        boolean stopped,
        List<Group> groups,
        String createdAt,
        String changedAt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) JsonNode spec) {

    /** @param resources what one instance reserves */
    record Group(
            String name,
            int desired,
            int pending,
            int starting,
            int running,
            int healthy,
            int complete,
            int failed,
            int lost,
            String pendingReason,
            List<PinnedImage> images,
            Reserved resources) {}

    record Reserved(long cpuMillis, long memoryBytes) {}

    /** @param digest null while it is not known */
    record PinnedImage(String reference, String digest) {
        static PinnedImage of(ImagePin pin) {
            return new PinnedImage(pin.reference(), pin.resolved() ? pin.digest() : null);
        }
    }

    /** @param spec an empty node for none */
    static JobView of(JobStatus job, JsonNode spec) {
        return new JobView(
                job.key().project(),
                job.key().job(),
                job.version(),
                job.spec().type().text(),
                job.spec().priority(),
                job.state(),
                job.stopped(),
                job.groups().stream().map(group -> group(job, group)).toList(),
                Rfc3339.text(job.createdAtMillis()),
                Rfc3339.text(job.changedAtMillis()),
                spec);
    }

    private static Group group(JobStatus job, GroupStatus group) {
        Resources resources = job.spec().groups().stream()
                .filter(spec -> spec.name().equals(group.name()))
                .findFirst()
                .map(GroupSpec::totalResources)
                .orElse(Resources.ZERO);
        return new Group(
                group.name(),
                group.desired(),
                group.pending(),
                group.starting(),
                group.running(),
                group.healthy(),
                group.complete(),
                group.failed(),
                group.lost(),
                group.pendingReason(),
                group.images().stream().map(PinnedImage::of).toList(),
                new Reserved(resources.cpuMillis(), resources.memoryBytes()));
    }
}
