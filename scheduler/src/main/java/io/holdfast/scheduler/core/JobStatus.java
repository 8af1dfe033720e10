package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import java.util.List;

/**
 * A job with its derived state. {@code state} is one of {@code pending}, {@code running}, {@code updating}, {@code complete},
 * {@code failed}, {@code stopping}, {@code stopped}.
 *
 * @param version of the specification; its ETag
 * @param stopped whether it was told to stop
 */
public record JobStatus(
        JobKey key,
        int version,
        JobSpec spec,
        boolean stopped,
        String state,
        List<GroupStatus> groups,
        long createdAtMillis,
        long changedAtMillis) {}
