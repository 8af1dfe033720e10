package io.holdfast.scheduler.reconcile;

import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A job as the reconciler needs it.
 *
 * @param sinceVersion allocations of lower versions are of an earlier life of the job: their ends are no results
 * @param specHashes of the groups, by name; hashing costs more than reconciling, so who asks often keeps them
 * @param waiting names of groups whose images are not known yet: nothing of them is placed or replaced
 */
public record JobView(
        JobKey key,
        int version,
        int sinceVersion,
        JobSpec spec,
        boolean stopped,
        Map<String, String> specHashes,
        Set<String> waiting) {
    public JobView {
        specHashes = Map.copyOf(specHashes);
        waiting = Set.copyOf(waiting);
    }

    /** One that waits for no image. */
    public JobView(
            JobKey key, int version, int sinceVersion, JobSpec spec, boolean stopped, Map<String, String> specHashes) {
        this(key, version, sinceVersion, spec, stopped, specHashes, Set.of());
    }

    /** As if all images were known. */
    public JobView withoutWaiting() {
        return new JobView(key, version, sinceVersion, spec, stopped, specHashes);
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
