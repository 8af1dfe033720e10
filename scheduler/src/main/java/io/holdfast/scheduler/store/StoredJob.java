package io.holdfast.scheduler.store;

import io.holdfast.model.job.ImagePins;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import java.util.Optional;

/**
 * A job's newest version.
 *
 * @param sinceVersion the version this life of the job began with: 1, or the one that was submitted after it had been stopped.
 *     What ended before is no result of this life, so a batch that was stopped and submitted again runs again
 * @param pins what its tags stand for, as far as that is known
 */
public record StoredJob(
        JobKey key,
        int version,
        int sinceVersion,
        JobSpec spec,
        boolean stopped,
        long createdAtMillis,
        long changedAtMillis,
        ImagePins pins) {

    /** Without tags to be pinned. */
    public StoredJob(
            JobKey key,
            int version,
            int sinceVersion,
            JobSpec spec,
            boolean stopped,
            long createdAtMillis,
            long changedAtMillis) {
        this(key, version, sinceVersion, spec, stopped, createdAtMillis, changedAtMillis, ImagePins.NONE);
    }

    /**
     * What submitting a specification makes: the version there is where it is equal and not stopped, else the next one, which
     * begins a new life where it was stopped.
     */
    public static StoredJob submitted(Optional<StoredJob> present, JobKey key, JobSpec spec, long nowMillis) {
        Optional<StoredJob> alive = present.filter(job -> !job.stopped());
        if (alive.isPresent() && alive.get().spec().equals(spec)) {
            return alive.get();
        }
        int version = present.map(StoredJob::version).orElse(0) + 1;
        return new StoredJob(
                key,
                version,
                alive.map(StoredJob::sinceVersion).orElse(version),
                spec,
                false,
                present.map(StoredJob::createdAtMillis).orElse(nowMillis),
                nowMillis,
                alive.map(job -> job.pins().next(job.spec(), spec)).orElseGet(() -> ImagePins.of(spec)));
    }

    StoredJob stop(long nowMillis) {
        return new StoredJob(key, version, sinceVersion, spec, true, createdAtMillis, nowMillis, pins);
    }

    public StoredJob with(ImagePins others) {
        return new StoredJob(key, version, sinceVersion, spec, stopped, createdAtMillis, changedAtMillis, others);
    }
}
