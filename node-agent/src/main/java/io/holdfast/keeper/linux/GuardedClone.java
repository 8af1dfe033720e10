package io.holdfast.keeper.linux;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import java.util.Arrays;

/**
 * The rows around and after a clone that keep a shared address space safe. What each protects from stands at its {@link Guard}.
 *
 * <p>Children carry no exit signal until they execute: so no wait(2) but one with __WCLONE sees them, and the keeper's reaper cannot
 * take the status of a launch that is still under way. execve makes it SIGCHLD (fs/exec.c, de_thread).
 */
public final class GuardedClone {
    private static final int STACK_BYTES = 16 * 1024;
    private static final int POLLIN = 1;

    private final Program program;
    private final LaunchGuards guards;
    private final Block keeperAlive;
    private final Block noTime;
    private boolean endsWithKeeper;
    /** The first descriptor that the child does not get; 0 where it gets all. */
    private long descriptorsEnd;

    private final boolean bound;

    /** @param keeperPidfd stands for this process: readable once it is dead */
    public GuardedClone(Program program, LaunchGuards guards, int keeperPidfd) {
        this(program, guards, keeperPidfd, true);
    }

    /** For rows of a process that has executed an image of its own: it shares nothing with the keeper and outlives it. */
    public static GuardedClone outside(Program program, LaunchGuards guards) {
        return new GuardedClone(program, guards, -1, false);
    }

    private GuardedClone(Program program, LaunchGuards guards, int keeperPidfd, boolean bound) {
        this.program = program;
        this.guards = guards;
        this.bound = bound;
        keeperAlive = program.arena().allocate(8).putInt(0, keeperPidfd).putShort(4, POLLIN);
        noTime = program.arena().allocate(16);
    }

    /**
     * Before the clone: the child's own table of descriptors has only what lies below {@link Syscalls#RAISED}, and what the child needs.
     * A keeper of many containers has thousands above, each of which costs time when the table is copied and again when it is closed.
     *
     * @param needed by the child's rows
     */
    public void leaveRaisedDescriptors(int... needed) {
        if (guards.has(Guard.OWN_FILES)) {
            descriptorsEnd =
                    Math.max(Syscalls.RAISED, Arrays.stream(needed).max().orElse(0) + 1L);
        }
    }

    /**
     * Rows of the calling thread: block all signals, clone, unblock, end. The signals are blocked by a row and not before, because
     * the JVM's own code takes SIGSEGV as a matter of course and a blocked one kills.
     *
     * @param child where the child goes on; its rows follow
     * @param pid receives the child's pid
     */
    public void cloneFromCaller(long flags, int cgroupFd, Block pid, Program.Label child) {
        cloneFromCaller(flags, cgroupFd, pid, child, () -> {});
    }

    /** @param afterwards adds rows that the caller's thread walks when the clone is over, also after a failed one */
    public void cloneFromCaller(long flags, int cgroupFd, Block pid, Program.Label child, Runnable afterwards) {
        Program.Label after = new Program.Label();
        Block saved = program.arena().allocate(SIGSET_BYTES);
        program.failTo(after);
        if (guards.has(Guard.SIGNALS_BLOCKED)) {
            Block all = program.arena().allocate(SIGSET_BYTES).putLong(0, -1);
            program.add(Call.RT_SIGPROCMASK, SIG_BLOCK, all, saved, SIGSET_BYTES);
        }
        long clearing = guards.has(Guard.SIGNALS_RESET) ? CLONE_CLEAR_SIGHAND : 0;
        boolean shared = descriptorsEnd > 0 || !guards.has(Guard.OWN_FILES);
        clone(flags | clearing | (shared ? CLONE_FILES : 0), cgroupFd, pid, child);
        program.place(after);
        afterwards.run();
        if (guards.has(Guard.SIGNALS_BLOCKED)) {
            program.add(Call.RT_SIGPROCMASK, SIG_SETMASK, saved, 0, SIGSET_BYTES)
                    .mayFail();
        }
        program.end();
    }

    /** A clone by a child. With CLONE_PARENT its child is this process's, too. */
    public void clone(long flags, int cgroupFd, Block pid, Program.Label child) {
        Block stack = program.arena().allocate(STACK_BYTES);
        long kept = guards.has(Guard.CGROUP_NAMESPACE) ? flags : flags & ~CLONE_NEWCGROUP;
        Block args = program.arena()
                .allocate(CLONE_ARGS_BYTES)
                .putLong(0, kept | CLONE_VM | (guards.has(Guard.VFORK) ? CLONE_VFORK : 0) | CLONE_PARENT_SETTID)
                .putLong(24, pid.address())
                .putLong(40, stack.address())
                .putLong(48, STACK_BYTES)
                .putLong(80, cgroupFd);
        program.add(Call.CLONE3, args, CLONE_ARGS_BYTES)
                .onZero(child)
                .purpose("clone3 flags 0x" + Long.toHexString(flags));
    }

    /** First rows of a child: descriptors of its own, hide the memory, die with the keeper. */
    public void enter() {
        if (descriptorsEnd > 0) {
            // close_range(2): of a table that is shared so far only what lies below is copied
            program.add(Call.CLOSE_RANGE, descriptorsEnd, 0xffffffffL, CLOSE_RANGE_UNSHARE);
            descriptorsEnd = 0;
        }
        hideMemory();
        if (bound && guards.has(Guard.PDEATHSIG)) {
            dieWithKeeper();
        }
    }

    /** To be repeated after every change of ids: the kernel resets both then (kernel/cred.c, commit_creds). */
    public void afterIds() {
        hideMemory();
        if (bound && guards.has(Guard.PDEATHSIG) && guards.has(Guard.PDEATHSIG_AFTER_IDS)) {
            dieWithKeeper();
        }
    }

    private void hideMemory() {
        if (guards.has(Guard.DUMPABLE)) {
            program.add(Call.PRCTL, Syscalls.PR_SET_DUMPABLE, 0, 0, 0, 0);
        }
    }

    private void dieWithKeeper() {
        program.add(Call.PRCTL, Syscalls.PR_SET_PDEATHSIG, Syscalls.SIGKILL, 0, 0, 0);
        stopIfKeeperIsDead();
    }

    /** What is executed is killed when its keeper dies, or the thread of it that launched it; {@link #release} does not undo it. */
    public void endWithKeeper() {
        endsWithKeeper = true;
    }

    /** Last row before execve: from here on the container outlives its keeper. */
    public void release() {
        if (bound && guards.has(Guard.PDEATHSIG)) {
            stopIfKeeperIsDead();
        }
        if (!endsWithKeeper) {
            program.add(Call.PRCTL, Syscalls.PR_SET_PDEATHSIG, 0, 0, 0, 0);
        }
    }

    /** A keeper that died before the row above sends no signal. getppid tells nothing in a new pid namespace, a pidfd does. */
    private void stopIfKeeperIsDead() {
        Program.Label alive = new Program.Label();
        program.add(Call.PPOLL, keeperAlive, 1, noTime, 0, SIGSET_BYTES).onZero(alive);
        program.add(Call.EXIT_GROUP, 1);
        program.place(alive);
    }

    /**
     * Where a child goes on that failed, and ends. A filter may keep it from exiting; then it ends by a fault, which dumps no core since
     * its memory is hidden.
     */
    public void fail(Program.Label failed) {
        Program.Label cannotExit = new Program.Label();
        program.place(failed);
        program.failTo(cannotExit);
        program.add(Call.EXIT_GROUP, 1);
        program.place(cannotExit);
        program.check("a failed child ends", 0, 1, 1);
    }

    /** Waits for a descriptor to become readable, at most this long. */
    public void waitReadable(int fd, int timeoutMillis, String what) {
        Block poll = program.arena().allocate(8).putInt(0, fd).putShort(4, POLLIN);
        Block time = program.arena()
                .allocate(16)
                .putLong(0, timeoutMillis / 1000)
                .putLong(8, timeoutMillis % 1000 * 1_000_000L);
        Object bound = guards.has(Guard.WAIT_BOUND) ? time : (Object) 0;
        program.add(Call.PPOLL, poll, 1, bound, 0, SIGSET_BYTES)
                .zeroIsFailure(what + " did not come within " + timeoutMillis + " ms");
    }

    /** Default dispositions and an empty mask. CLONE_CLEAR_SIGHAND leaves ignored signals ignored, hence the rows. */
    public void resetSignals() {
        if (!guards.has(Guard.SIGNALS_RESET)) {
            return;
        }
        Block defaults = program.arena().allocate(SIGACTION_BYTES);
        for (int signal = 1; signal <= SIGNALS; signal++) {
            if (signal != Syscalls.SIGKILL && signal != Syscalls.SIGSTOP) {
                program.add(Call.RT_SIGACTION, signal, defaults, 0, SIGSET_BYTES);
            }
        }
        Block none = program.arena().allocate(SIGSET_BYTES);
        program.add(Call.RT_SIGPROCMASK, SIG_SETMASK, none, 0, SIGSET_BYTES);
    }

    /** Marks every descriptor but 0, 1, 2 close-on-exec. */
    public void keepOnlyStandardDescriptors() {
        if (guards.has(Guard.CLOSE_RANGE)) {
            program.add(Call.CLOSE_RANGE, 3, 0xffffffffL, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
        }
    }
}
