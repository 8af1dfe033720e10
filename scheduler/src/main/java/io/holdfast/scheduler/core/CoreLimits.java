package io.holdfast.scheduler.core;

import io.holdfast.model.job.JobLimits;

/** The bounds of the core, all in one place. */
final class CoreLimits {
    private CoreLimits() {}

    /** Leases are looked at, and time alone is given its due, this often. */
    static final long TICK_MILLIS = 200;

    /**
     * A tick that comes later than this means that the scheduler itself stood still (a pause, a suspended machine): the
     * renewals of that time were not heard, so no node's clock runs for it.
     */
    static final long STALL_MILLIS = 1_000;

    /** So many jobs at most are evaluated in one pass. */
    static final int JOBS_PER_PASS = 256;

    /** So many instances at most are placed in one pass; the rest follows in the next. What is placed all or none is within it. */
    static final int PLACES_PER_PASS = JobLimits.MAX_GANG;

    /** So many results of allocations at most are committed at once. */
    static final int RESULTS_PER_COMMIT = 4_096;

    /** So many allocations at most stay on their node after their end, with what they have written: the last ones. */
    static final int ENDED_KEPT_ON_NODE = 100;

    /** More missing nodes than this share, of at least so many nodes, are not believed at first. */
    static final double MISSING_SHARE = 0.3;

    static final int MISSING_MIN_NODES = 4;

    /** Nodes that went missing within this count as missing at once. */
    static final long MISSING_WINDOW_MILLIS = 60_000;

    /** So long replacement stays paused at most: then the nodes are taken to be gone indeed. */
    static final long MAX_PAUSE_MILLIS = 5 * 60_000;

    /** A lost node that holds nothing that should run is forgotten after this. */
    static final long FORGET_NODE_MILLIS = 60 * 60_000;

    /** What could not be read from the link is read again after this. */
    static final long READ_RETRY_MILLIS = 500;

    /** So many nodes at most are asked at once what tags stand for; the others wait. */
    static final int LOOKUPS_AT_ONCE = 32;

    /** A node that could not say what a tag stands for is followed by the next after this, doubled each time. */
    static final long LOOKUP_RETRY_MILLIS = 1_000;

    static final long LOOKUP_RETRY_MAX_MILLIS = 30_000;

    /** So many characters at most of what a node says are shown. */
    static final int LOOKUP_MESSAGE_LENGTH = 512;

    /** What instances of so many groups ask for is remembered; of more it is worked out again. */
    static final int ASKS_REMEMBERED = 20_000;

    /** So many events are read from the store at once. */
    static final int EVENTS_PER_READ = 512;

    /** So many rounds of changes at most are looked ahead for a preview. */
    static final int PREVIEW_ROUNDS = 256;

    /** So many changes at most stand in a preview. */
    static final int PREVIEW_CHANGES = 10_000;
}
