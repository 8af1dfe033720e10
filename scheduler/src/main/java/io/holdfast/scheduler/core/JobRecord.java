package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobSpec;
import io.holdfast.scheduler.reconcile.JobView;
import io.holdfast.scheduler.store.Pinned;
import io.holdfast.scheduler.store.StoredJob;
import java.util.Map;

/**
 * A job as stored, with its groups' hashes, which cost more than all the rest of an evaluation.
 *
 * @param applied the specification as nodes get it, with the digests that its tags stand for
 * @param specHashes of the groups of {@code applied}
 */
record JobRecord(StoredJob job, JobSpec applied, Map<String, String> specHashes) {

    static JobRecord of(StoredJob job) {
        JobSpec applied = job.pins().applied(job.spec());
        return new JobRecord(job, applied, JobView.hashes(applied));
    }

    /** One of another version changes nothing. */
    JobRecord with(Pinned pinned) {
        if (job.version() != pinned.version()) {
            return this;
        }
        return of(job.with(job.pins().resolved(pinned.reference(), pinned.digest(), pinned.layers())));
    }

    JobView view() {
        return new JobView(
                job.key(), job.version(), job.sinceVersion(), applied, job.stopped(), specHashes, job.pins());
    }
}
