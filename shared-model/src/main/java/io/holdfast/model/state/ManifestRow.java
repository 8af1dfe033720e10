package io.holdfast.model.state;

import io.holdfast.model.job.JobKey;

/**
 * One allocation in a manifest.
 *
 * @param index of the instance in its group: {@code job.group[index]}
 * @param specHash names the group's specification in the map of specifications
 */
public record ManifestRow(
        String allocationId, JobKey job, int jobVersion, String group, int index, String specHash, Desired desired) {}
