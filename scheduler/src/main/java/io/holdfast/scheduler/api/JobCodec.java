package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.JobSpec;

/** Jobs as documents. Pure; safe for any thread. */
interface JobCodec {

    /** The job, or everything that is wrong with it. */
    Outcome<JobSpec> decode(byte[] document, MediaType type);

    /** Canonical, with all defaults filled in. */
    JsonNode encode(JobSpec spec);

    /** The JSON Schema, as UTF-8. */
    byte[] schema();
}
