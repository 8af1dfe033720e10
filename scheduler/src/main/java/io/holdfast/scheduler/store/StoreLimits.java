package io.holdfast.scheduler.store;

/** The store's bounds. */
final class StoreLimits {
    /** Events kept, the newest. Whoever reads on from an older one gets what is left. */
    static final int MAX_EVENTS = 100_000;

    /** Versions of one job kept, the present one among them. */
    static final int MAX_VERSIONS_PER_JOB = 20;

    /** Operations that wait for the writer or the reader; more are refused at once. */
    static final int MAX_WAITING = 10_000;

    /** Operations that share one transaction, and thereby one wait for the disk. */
    static final int MAX_BATCH = 256;

    /** Events of one answer. */
    static final int MAX_EVENTS_PER_READ = 10_000;

    /** How long SQLite waits for a lock; only a foreign tool that looks into the file can hold one. */
    static final int BUSY_TIMEOUT_MILLIS = 5_000;

    /** The write-ahead log is cut back to this after a checkpoint. */
    static final long MAX_IDLE_LOG_BYTES = 64L << 20;

    /** A file up to this size is read through for damage when it is opened: some milliseconds; larger ones take too long. */
    static final long MAX_CHECKED_BYTES = 16L << 20;

    private StoreLimits() {}
}
