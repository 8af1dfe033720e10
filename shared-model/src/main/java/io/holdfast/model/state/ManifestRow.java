package io.holdfast.model.state;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobType;

/**
 * One allocation in a manifest.
 *
 * @param type of the job in this version: whether the end of a task is a result or a fault
 * @param index of the instance in its group: {@code job.group[index]}
 * @param specHash names the group's specification in the map of specifications
 */
public record ManifestRow(
        String allocationId,
        JobKey job,
        JobType type,
        int jobVersion,
        String group,
        int index,
        String specHash,
        Desired desired) {}
