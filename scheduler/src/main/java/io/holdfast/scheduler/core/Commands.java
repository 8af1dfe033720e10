package io.holdfast.scheduler.core;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Allocation;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What users ask for. Each answer comes after the commit. Refusals are values; a failed future is a fault. To be called on
 * the scheduler's context.
 */
public interface Commands {
    /** Types of events that {@link #note} makes. */
    String ALLOCATION_EXEC = "allocation-exec";

    String ALLOCATION_PAUSE = "allocation-pause";
    String ALLOCATION_RESUME = "allocation-resume";

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

    /**
     * Notes in the event log that a user does something to an allocation that the scheduler itself has no part in. It is
     * committed soon after.
     *
     * @param type of the event, one of the above
     * @param data shown with it, beside the allocation's name and node
     * @return the refusal where this scheduler does not lead: nothing is to be done then, since it would leave no trace
     */
    Future<Optional<Rejected>> note(String type, Allocation allocation, Map<String, Object> data);
}
