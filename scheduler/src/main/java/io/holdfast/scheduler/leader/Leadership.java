package io.holdfast.scheduler.leader;

import io.holdfast.model.Clock;
import io.holdfast.scheduler.loop.Loop;
import io.holdfast.scheduler.store.LeadLease;
import io.holdfast.scheduler.store.Store;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the lead, keeps it, and notices when it is lost. The lease is renewed three times in its length; a leader whose renewals
 * did not succeed steps down when its lease has run out by its own monotonic clock, which it started before it asked. On the
 * scheduler's loop.
 */
public final class Leadership {

    /** Who follows tries to take the lead this often, and so does who lost it. */
    static final long RETRY_MILLIS = 1_000;

    static final int RENEWALS_PER_LEASE = 3;

    /** What to do about it. */
    public interface Follower {

        /** This scheduler leads, in this epoch. */
        void lead(long epoch);

        /** It does not any more, or not in this epoch: nothing is to be committed or published under it. */
        void follow(String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final Store store;
    private final Loop loop;
    private final Clock clock;
    private final String holder;
    private final long leaseMillis;
    private final Follower follower;

    private long epoch;
    private long aboveEpoch;
    private Loop.Timer timer = () -> {};

    /** Independent of the renewals: a store that hangs answers none. */
    private Loop.Timer expiry = () -> {};

    private boolean asking;
    private boolean closed;

    /** @param holder names this scheduler among those that share the store */
    public Leadership(Store store, Loop loop, Clock clock, String holder, long leaseMillis, Follower follower) {
        this.store = store;
        this.loop = loop;
        this.clock = clock;
        this.holder = holder;
        this.leaseMillis = leaseMillis;
        this.follower = follower;
    }

    public void start() {
        take();
    }

    /** The epoch in which this scheduler leads, 0 when it does not. */
    public long epoch() {
        return epoch;
    }

    /**
     * Somebody has seen a higher epoch than ours: agents would refuse what we say. Happens when the store was restored from a
     * copy. The lead is taken anew, above it.
     */
    public void outbid(long seenEpoch) {
        if (seenEpoch > Math.max(epoch, aboveEpoch)) {
            LOG.warn("epoch {} is known in the cluster, ours is {}: taking the lead above it", seenEpoch, epoch);
            aboveEpoch = seenEpoch;
            stepDown("a higher epoch is known in the cluster");
        }
    }

    /** Gives up the epoch, and tries to take the next after a while. */
    public void stepDown(String reason) {
        if (epoch != 0) {
            LOG.warn("stepping down from epoch {}: {}", epoch, reason);
            epoch = 0;
            expiry.cancel();
            follower.follow(reason);
        }
        again(RETRY_MILLIS);
    }

    /** Gives the lead back. */
    public Future<Void> close() {
        closed = true;
        timer.cancel();
        expiry.cancel();
        long held = epoch;
        epoch = 0;
        return held == 0 ? Future.succeededFuture() : store.releaseLead(held).otherwiseEmpty();
    }

    private void again(long delayMillis) {
        timer.cancel();
        if (!closed) {
            timer = loop.after(delayMillis, epoch == 0 ? this::take : this::renew);
        }
    }

    private void take() {
        if (asking || closed) {
            return;
        }
        asking = true;
        long askedAtMillis = clock.monotonicMillis();
        store.takeLead(holder, aboveEpoch, clock.nowMillis(), leaseMillis).onComplete(answer -> {
            asking = false;
            if (closed) {
                return;
            }
            if (answer.failed()) {
                LOG.warn("the lead could not be taken: {}", answer.cause().toString());
                again(RETRY_MILLIS);
                return;
            }
            LeadLease lease = answer.result();
            if (!lease.holder().equals(holder) || lease.epoch() <= aboveEpoch) {
                again(RETRY_MILLIS);
                return;
            }
            epoch = lease.epoch();
            holds(askedAtMillis);
            again(leaseMillis / RENEWALS_PER_LEASE);
            follower.lead(epoch);
        });
    }

    private void holds(long sinceMonotonicMillis) {
        long untilMillis = sinceMonotonicMillis + leaseMillis;
        expiry.cancel();
        expiry = loop.after(untilMillis - clock.monotonicMillis(), () -> {
            if (epoch != 0) {
                stepDown("the lease ran out before it was renewed");
            }
        });
    }

    private void renew() {
        if (asking || closed) {
            return;
        }
        long askedAtMillis = clock.monotonicMillis();
        asking = true;
        long ofEpoch = epoch;
        store.renewLead(ofEpoch, clock.nowMillis(), leaseMillis).onComplete(answer -> {
            asking = false;
            if (closed || epoch != ofEpoch) {
                // too late: it has stepped down meanwhile
                again(RETRY_MILLIS);
                return;
            }
            if (answer.failed()) {
                LOG.warn("the lease was not renewed: {}", answer.cause().toString());
            } else if (!answer.result()) {
                stepDown("another scheduler leads");
                return;
            } else {
                holds(askedAtMillis);
            }
            again(leaseMillis / RENEWALS_PER_LEASE);
        });
    }
}
