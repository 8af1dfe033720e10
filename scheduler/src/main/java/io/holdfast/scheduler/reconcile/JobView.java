package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A job as the reconciler needs it.
 *
 * @param sinceVersion allocations of lower versions are of an earlier life of the job: their ends are no results
 * @param specHashes of the groups, by name; hashing costs more than reconciling, so who asks often keeps them
 * @param pins what its tags stand for: of a group that waits for one to be known, nothing is placed or replaced
 */
public record JobView(
        JobKey key,
        int version,
        int sinceVersion,
        JobSpec spec,
        boolean stopped,
        Map<String, String> specHashes,
        ImagePins pins) {
    public JobView {
        specHashes = Map.copyOf(specHashes);
    }

    /** One without tags to be pinned. */
    public JobView(
            JobKey key, int version, int sinceVersion, JobSpec spec, boolean stopped, Map<String, String> specHashes) {
        this(key, version, sinceVersion, spec, stopped, specHashes, ImagePins.NONE);
    }

    /** As if no tag were waited for. */
    public JobView withoutWaiting() {
        return new JobView(key, version, sinceVersion, spec, stopped, specHashes, pins.known());
    }

    /** Hashes the groups. */
    public static JobView of(JobKey key, int version, int sinceVersion, JobSpec spec, boolean stopped) {
        return new JobView(key, version, sinceVersion, spec, stopped, hashes(spec));
    }

    public static Map<String, String> hashes(JobSpec spec) {
        return spec.groups().stream()
                .collect(Collectors.toUnmodifiableMap(
                        GroupSpec::name, group -> GroupCodec.specHash(GroupDocument.of(spec, group))));
    }
}
