package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A job as the reconciler needs it.
 *
 * @param sinceVersion allocations of lower versions are of an earlier life of the job: their ends are no results
 * @param specHashes of the groups, by name; hashing costs more than reconciling, so who asks often keeps them
 */
public record JobView(
        JobKey key, int version, int sinceVersion, JobSpec spec, boolean stopped, Map<String, String> specHashes) {
    public JobView {
        specHashes = Map.copyOf(specHashes);
    }

    /** Hashes the groups. */
    public static JobView of(JobKey key, int version, int sinceVersion, JobSpec spec, boolean stopped) {
        return new JobView(key, version, sinceVersion, spec, stopped, hashes(spec));
    }

    public static Map<String, String> hashes(JobSpec spec) {
        return spec.groups().stream()
                .collect(Collectors.toUnmodifiableMap(
                        GroupSpec::name, group -> GroupCodec.specHash(spec.type(), group)));
    }
}
