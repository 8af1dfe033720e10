package io.holdfast.scheduler.store;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;

/** A job's newest version. */
public record StoredJob(
        JobKey key, int version, JobSpec spec, boolean stopped, long createdAtMillis, long changedAtMillis) {}
