package io.holdfast.scheduler.store;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;

/**
 * A job's newest version.
 *
 * @param sinceVersion the version this life of the job began with: 1, or the one that was submitted after it had been stopped.
 *     What ended before is no result of this life, so a batch that was stopped and submitted again runs again
 */
public record StoredJob(
        JobKey key,
        int version,
        int sinceVersion,
        JobSpec spec,
        boolean stopped,
        long createdAtMillis,
        long changedAtMillis) {}
