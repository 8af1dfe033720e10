/**
 * The job: what a user submits. Records for the specification, {@code JobDecoder} from YAML or JSON to a {@link
 * io.holdfast.model.job.JobSpec} or a list of all that is wrong with it, and {@code JobEncoder} back to canonical JSON. The
 * published JSON Schema stands beside them as the resource {@code job.schema.json} and the tests hold the two together; {@link
 * io.holdfast.model.job.JobLimits} has every bound. {@link io.holdfast.model.job.GroupCodec} is what nodes are given: one
 * group as canonical text, named by its hash.
 *
 * <p>A specification that exists is valid: the decoder is the only way from outside.
 */
package io.holdfast.model.job;
