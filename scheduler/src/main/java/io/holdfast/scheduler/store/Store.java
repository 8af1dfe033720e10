package io.holdfast.scheduler.store;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalInt;

/**
 * What must not be forgotten. A future that succeeds is on disk. Futures complete on the context of the caller; a failed one
 * is a fault ({@link StoreException}), refusals are values. One contract suite runs against every implementation.
 */
public interface Store {

    /** Minted with the store, never changed. */
    String clusterId();

    /** Jobs (their newest version), specifications in use, allocations that are remembered, the newest event's id. */
    Future<StoredState> load();

    /**
     * Takes the lead when nobody holds it, its lease has run out, or {@code holder} held it itself: the epoch grows by one, and
     * to at least {@code aboveEpoch + 1}.
     *
     * @return the lease; one with another holder where it was not to be had
     */
    Future<LeadLease> takeLead(String holder, long aboveEpoch, long nowMillis, long leaseMillis);

    /** Prolongs the lease of this very epoch. {@code false} when another has taken over. */
    Future<Boolean> renewLead(long epoch, long nowMillis, long leaseMillis);

    /** Gives the lead back at an orderly end. */
    Future<Void> releaseLead(long epoch);

    /**
     * Stores a job. An equal specification of a job that is not stopped makes no new version and no event.
     *
     * @param ifMatch the version that must be the present one, 0 for none; refused with VERSION_MISMATCH otherwise
     */
    Future<Outcome<StoredJob>> putJob(JobKey key, JobSpec spec, OptionalInt ifMatch, long nowMillis);

    /** Marks a job stopped. NOT_FOUND where there is none. */
    Future<Outcome<StoredJob>> stopJob(JobKey key, OptionalInt ifMatch, long nowMillis);

    /**
     * One transaction of the leader's, fenced: nothing is written when {@code epoch} is no longer the newest.
     *
     * @return the events as stored, with their ids; fails with {@link StoreException.Fenced}
     */
    Future<List<ClusterEvent>> commit(long epoch, Commit commit);

    /** Committed events with a greater id, oldest first. */
    Future<List<ClusterEvent>> eventsAfter(long id, int limit);

    /** Finishes what was begun, then closes. */
    Future<Void> close();
}
