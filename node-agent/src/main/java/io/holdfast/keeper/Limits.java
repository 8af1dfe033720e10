package io.holdfast.keeper;

/** Every bound of the keeper that is not the kernel's or a request's own. */
final class Limits {
    /** Sandboxes at once; a node has at most 500 allocations. */
    static final int MAX_SANDBOXES = 1_000;

    static final int MAX_CONTAINERS = 4_000;

    /**
     * Client connections at once: an agent, its successor, a person with a tool, and those that are about to become sessions. A
     * session's no longer counts: it has no threads of its own.
     */
    static final int MAX_CONNECTIONS = 160;

    /** Programs at once that were executed in containers beside their own; each may have 128 KiB under way. */
    static final int MAX_EXECS = 128;

    static final int MAX_EXECS_PER_CONTAINER = 64;

    /** How long an exec may wait for its turn to be launched. */
    static final long OPEN_MILLIS = 45_000;

    /** Layers that are received at once. */
    static final int MAX_LAYERS_RECEIVED = 8;

    /** From a layer's arrival to the sync that makes it outlive a power failure. */
    static final long SETTLE_MILLIS = 10_000;

    /** Layers of one root: overlay's own bound (OVL_MAX_STACK, fs/overlayfs/params.h). */
    static final int MAX_ROOT_LAYERS = 500;

    static final int MAX_ATTACHED = 64;
    static final int MAX_ATTACHED_PER_CONTAINER = 16;

    /** The most rows or columns of a terminal; struct winsize has 16 bits for each. */
    static final int MAX_TERMINAL_SIZE = 65_535;

    /** Requests of one connection that are not answered yet; more are refused as {@code busy}. */
    static final int MAX_IN_FLIGHT = 1_024;

    /** Bytes of requests that are being read or parsed at once, over all connections: the heap is small. */
    static final int MAX_FRAME_BYTES_IN_FLIGHT = 8 << 20;

    /** Frames that wait to be read by one slow client; then its connection is closed. */
    static final int MAX_OUTGOING_FRAMES = 2_048;

    /** How long no launch must have begun or ended until something is made ahead. */
    static final long LULL_MILLIS = 3;

    /** Container directories that wait for their container. */
    static final int BLANKS = 16;

    /** Namespaces of each kind that wait for a sandbox. */
    static final int SPARES = 8;

    /** No namespaces are made ahead while fewer ranges of ids are free. */
    static final int SPARE_ID_RANGES = 4 * SPARES;

    static final int LAUNCH_THREADS = 4;
    static final int WORK_THREADS = 4;
    static final int KILL_THREADS = 4;
    static final int READ_THREADS = 2;
    static final int ENDING_THREADS = 2;

    static final long MAX_GRACE_MILLIS = 3_600_000;
    static final long MAX_LEASE_MILLIS = 3_600_000;

    /** How long a sandbox that stops when disconnected may live before the first lease is confirmed. */
    static final long FIRST_LEASE_MILLIS = 10_000;

    /** How often the deadline is compared with the boot-time clock; it is met so much late at most. */
    static final long DEADLINE_TICK_MILLIS = 200;

    static final int MAX_READ_BYTES = 1 << 20;
    static final long MAX_READ_WAIT_MILLIS = 10_000;

    static final long MAX_TAIL_LINES = 100_000;

    /** How far from the end lines are looked for; longer than this, the last so many lines are fewer. */
    static final long MAX_TAIL_BYTES = 64 << 20;

    /** Times in one answer: some hundred kilobytes of it. */
    static final int MAX_CHUNK_TIMES = 4_096;

    static final long MIN_LOG_BYTES = 16 << 10;
    static final long MAX_LOG_BYTES = 16L << 30;

    /** The output of an ended container is moved to its file within this, or its end is reported without. */
    static final long LOG_FINISH_MILLIS = 10_000;

    /** How long a closing keeper waits for launches and endings that have begun. */
    static final long CLOSE_MILLIS = 10_000;

    /** How long a removal waits for killed processes to be reaped. */
    static final long END_WAIT_MILLIS = 20_000;

    /** How long the status of a process that is another's child may take to become readable. */
    static final long FOREIGN_STATUS_MILLIS = 1_000;

    /** How long a new program may take to say whether it is fit. */
    static final long CHECK_MILLIS = 100_000;

    /** How long the last answers may take to be read before a keeper executes its new self. */
    static final long FAREWELL_MILLIS = 500;

    /** How often orphans are looked for, and in how many looks one must be a zombie before its status is taken. */
    static final long ORPHAN_LOOK_MILLIS = 2_000;

    static final int ORPHAN_LOOKS = 5;

    static final int MAX_ANNOTATIONS = 64;
    static final int MAX_ANNOTATION_CHARS = 4_096;
    static final int MAX_GROUPS = 1_024;
    static final int MAX_ARGUMENTS = 10_000;

    /** A hook that names no time-out of its own. */
    static final int HOOK_SECONDS = 30;

    /** What a failed hook said, in the message that tells of it. */
    static final int MAX_HOOK_WORDS = 1_000;

    /** Below this not even the launch program fits, and the kernel would kill it. */
    static final long MIN_MEMORY_BYTES = 1 << 20;

    /** Of which it is remembered what their layers do not say. */
    static final int MAX_ROOTS_REMEMBERED = 64;

    /** Below this a file system of its own has no room for what it needs itself. */
    static final long MIN_DISK_BYTES = 4L << 20;

    static final long MAX_DISK_BYTES = 64L << 40;

    /** What the kernel takes for a quota and a period at least, and for a period at most (scheduler/sched-bwc.rst). */
    static final long MIN_CPU_MICROS = 1_000;

    static final long MAX_CPU_PERIOD_MICROS = 1_000_000;
    static final long DEFAULT_CPU_PERIOD_MICROS = 100_000;

    /** More than any kernel is built for. */
    static final long MAX_CPUS = 8_192;

    /** PID_MAX_LIMIT of 64-bit kernels. */
    static final long MAX_PIDS = 4 << 20;

    /** Device rules, throttles of one kind, unified keys. */
    static final int MAX_RULES = 256;

    static final int MAX_UNIFIED_CHARS = 1_024;

    /** Containers in one answer to {@code stats}: more would not fit in a frame. */
    static final int MAX_STATS_CONTAINERS = 2_000;

    /** How long reading the counters of all network namespaces may take. */
    static final long NETWORK_READ_MILLIS = 5_000;

    /** How often what running containers have used is put on disk: so much a power failure forgets at most. */
    static final long CHECKPOINT_MILLIS = 60_000;

    private Limits() {}
}
