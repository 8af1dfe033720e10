package io.holdfast.scheduler.core;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.vertx.core.Future;
import java.util.OptionalInt;

/**
 * What users ask for. Each answer comes after the commit. Refusals are values; a failed future is a fault. To be called on
 * the scheduler's context.
 */
public interface Commands {

    /**
     * Stores a job; an equal specification of a job that is not stopped makes no new version.
     *
     * @param ifMatch the version that must be the present one (0: the job must not exist)
     */
    Future<Outcome<JobStatus>> putJob(JobKey key, JobSpec spec, OptionalInt ifMatch);

    /** Stops a job: its instances end, it stays known. Stopping a stopped one is fine. */
    Future<Outcome<JobStatus>> stopJob(JobKey key, OptionalInt ifMatch);

    /** What {@link #putJob} would do. */
    Future<Outcome<PlanPreview>> plan(JobKey key, JobSpec spec);
}
