package io.holdfast.model.job;

/** The bounds of a job document, in one place; the schema and docs/reference/job.md state the same. */
public final class JobLimits {
    /** Bytes of a document. */
    public static final int MAX_DOCUMENT_BYTES = 1 << 20;

    /** Bytes of canonical JSON: a document's longest, with its defaults written out and control characters escaped. */
    public static final int MAX_CANONICAL_BYTES = 8 * MAX_DOCUMENT_BYTES;

    public static final int MIN_PRIORITY = 1;
    public static final int MAX_PRIORITY = 100;

    /** Datacenters that a job names. */
    public static final int MAX_DATACENTERS = 32;

    public static final int MAX_GROUPS = 64;
    public static final int MAX_TASKS = 16;
    public static final int MAX_CONSTRAINTS = 32;

    public static final int MAX_SPREADS = 16;

    /** Values of an attribute that a spread gives shares to. */
    public static final int MAX_SPREAD_VALUES = 64;

    public static final int MAX_AFFINITIES = 32;

    /** Attributes whose values a group's instances are not to share. */
    public static final int MAX_DISTINCT = 16;

    /** Jobs that a group is not to be beside. */
    public static final int MAX_APART_FROM = 32;

    /** Of a spread or an affinity; of an affinity also below 0. */
    public static final int MAX_WEIGHT = 100;

    public static final int DEFAULT_WEIGHT = 50;

    /** Characters of an attribute with its braces, and of a value of one. */
    public static final int MAX_ATTRIBUTE_LENGTH = 256;

    /** Instances of a group that are placed all or none: what one pass of the scheduler places. */
    public static final int MAX_GANG = 4_096;

    /** Instances of all groups together. */
    public static final int MAX_INSTANCES = GroupSpec.MAX_COUNT;

    /** Characters of a constraint. */
    public static final int MAX_CONSTRAINT_LENGTH = 512;

    public static final int MAX_RESTART_ATTEMPTS = 1_000;

    /** A shorter delay would be a loop that eats the node. */
    public static final long MIN_RESTART_DELAY_MILLIS = 100;

    public static final long MAX_MIN_HEALTHY_MILLIS = 3_600_000;
    public static final long MAX_STOP_GRACE_MILLIS = 3_600_000;

    /** Words of a command. */
    public static final int MAX_COMMAND_WORDS = 1_024;

    /** Variables of a task. */
    public static final int MAX_ENV = 512;

    public static final int MAX_ENV_NAME_LENGTH = 256;

    /** Bytes of one word of a command, and of a variable's name and value: MAX_ARG_STRLEN less its NUL, execve(2). */
    public static final int MAX_WORD_BYTES = 131_071;

    /** Characters of a path: PATH_MAX less its NUL. */
    public static final int MAX_PATH_LENGTH = 4_095;

    /** Ids inside the container: one range of 65,536. */
    public static final int MAX_ID = 65_535;

    /** The kernel's own scheduler cannot enforce less than about a millisecond of a 100 ms period. */
    public static final long MIN_CPU_MILLIS = 10;

    public static final long MAX_CPU_MILLIS = 1_024_000;

    /** Below this not even a shell starts. */
    public static final long MIN_MEMORY_BYTES = 4L << 20;

    public static final long MAX_MEMORY_BYTES = 64L << 40;

    /** Smaller ones have no room for a file system's own. */
    public static final long MIN_DISK_BYTES = 4L << 20;

    public static final long MAX_DISK_BYTES = 64L << 40;

    public static final long MIN_PIDS = 1;

    /** PID_MAX_LIMIT of 64-bit kernels. */
    public static final long MAX_PIDS = 4_194_304;

    public static final int MAX_DEVICES = 64;
    public static final int MAX_DEVICE_TEXT = 255;
    public static final int MAX_SYSCTLS = 64;
    public static final int MAX_SYSCTL_NAME = 128;
    public static final int MAX_SYSCTL_VALUE = 1_024;

    /** What JSON's readers agree on, 2^53 - 1; higher than any limit that is meant. */
    public static final long MAX_ULIMIT = 9_007_199_254_740_991L;

    public static final long MIN_IO_WEIGHT = 10;

    /** Of blkio.weight and the OCI specification. */
    public static final long MAX_IO_WEIGHT = 1_000;

    public static final int MAX_CPU_SET = 256;

    private JobLimits() {}
}
