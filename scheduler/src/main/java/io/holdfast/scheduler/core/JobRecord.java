package io.holdfast.scheduler.core;

import io.holdfast.scheduler.reconcile.JobView;
import io.holdfast.scheduler.store.StoredJob;
import java.util.Map;

/** A job as stored, with its groups' hashes, which cost more than all the rest of an evaluation. */
record JobRecord(StoredJob job, Map<String, String> specHashes) {

    static JobRecord of(StoredJob job) {
        return new JobRecord(job, JobView.hashes(job.spec()));
    }

    JobView view() {
        return new JobView(job.key(), job.version(), job.sinceVersion(), job.spec(), job.stopped(), specHashes);
    }
}
