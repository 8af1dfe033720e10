package io.holdfast.keeper.linux;

/** What keeps a shared address space safe during a launch; each can be left out to show that its test notices. */
public enum Guard {
    /** The parent waits until the child has executed: the kernel then spares the JVM when it kills the child for memory. */
    VFORK,
    /** Nobody without CAP_SYS_PTRACE on the host opens the child's, that is the JVM's, memory. */
    DUMPABLE,
    /** A child whose keeper died is killed. */
    PDEATHSIG,
    /** The same, again after every change of ids, which makes the kernel forget it. */
    PDEATHSIG_AFTER_IDS,
    /** No signal reaches the child before its program runs, where the JVM's handlers would run in it. */
    SIGNALS_BLOCKED,
    /** The program starts with default dispositions and no signal blocked. */
    SIGNALS_RESET,
    /** Every row that waits has a bound. */
    WAIT_BOUND,
    /** The child has a descriptor table of its own: what it opened closes with it. */
    OWN_FILES,
    /** Nothing but 0, 1, 2 reaches the program (CVE-2024-21626). */
    CLOSE_RANGE,
    /** The working directory lies inside the root (CVE-2024-21626). */
    CWD,
    /** No row writes oom_score_adj: it belongs to the address space, not to the child. */
    OOM_SCORE,
    /** What the bounding set lacks comes back by no program of the image. */
    BOUNDING,
    /** The inheritable set is what was asked for, by default empty (CVE-2022-29162). */
    INHERITABLE,
    /** No program of the image, set-user-ID or with capabilities of its own, gives more rights than its caller has. */
    NO_NEW_PRIVS,
    /** What an image ships as a link in place of /dev, /proc or /sys is refused (CVE-2019-19921, CVE-2023-27561, CVE-2026-41579). */
    SYSTEM_LINKS,
    /** Paths of volumes are resolved inside the root, whatever an image's links say (CVE-2021-30465, CVE-2024-45310). */
    IN_ROOT,
    /** Nothing but proc is mounted on /proc, nothing below it or below /sys (CVE-2019-16884, CVE-2025-52881). */
    PROC_ONLY,
    /** What is bound over masked files and as devices is the device that it should be (CVE-2025-31133). */
    DEVICES,
    /** What is mounted in a container never appears on the host. */
    PROPAGATION,
    /** Files of /proc and /sys that tell of the host or change it are masked. */
    MASKS,
    /** Files of /proc that change the host cannot be written. */
    READ_ONLY_PATHS,
    /** Cgroups can be read but not written (CVE-2022-0492, CVE-2023-25809). */
    CGROUP_READ_ONLY,
    /** A container sees its own cgroup as the root of all (CVE-2022-0492). */
    CGROUP_NAMESPACE,
    /** User names are looked up in the image, never in files that its links lead to (CVE-2024-9676). */
    USER_NAMES,
    /** Calls that a container does not need are not answered: the kernel's less tried ways in stay shut. */
    SECCOMP
}
