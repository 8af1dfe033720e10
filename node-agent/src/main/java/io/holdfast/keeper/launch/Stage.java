package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.AT_FDCWD;
import static io.holdfast.keeper.linux.Uapi.CLONE_FILES;
import static io.holdfast.keeper.linux.Uapi.CLONE_NEWNS;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Children;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.root.HostMounts;
import io.holdfast.keeper.root.StageRows;

/**
 * The mount namespace that every container's is copied from: an empty root with the host's /proc, /sys and /dev, and nothing else.
 *
 * <p>A new mount namespace is a copy of all mounts of the old one (fs/namespace.c, copy_mnt_ns). Copied from the host's, a launch
 * would take longer with each mount of the host, the pinned namespaces of other sandboxes among them, and would have the host's
 * files in reach until pivot_root(2). Here there are four mounts.
 */
final class Stage {
    private Stage() {}

    /** @return a descriptor of the namespace, which lives as long as the descriptor; close-on-exec */
    static int open(Syscalls syscalls, HostMounts hostMounts, LaunchGuards guards, int keeperPidfd)
            throws LaunchException {
        Arena arena = new Arena();
        Arch arch = Arch.current();
        Program program = new Program(arena, arch);
        GuardedClone guarded = new GuardedClone(program, guards, keeperPidfd);
        Program.Label child = new Program.Label();
        Program.Label failed = new Program.Label();
        Block pid = arena.allocate(8);
        // with one table of descriptors for both, what the child opens last is this process's own
        guarded.cloneFromCaller(CLONE_NEWNS | CLONE_FILES, 0, pid, child);
        program.place(child);
        program.failTo(failed);
        guarded.enter();
        int first = program.rows().size();
        StageRows.add(program, arch, hostMounts);
        Row stage = program.add(Call.OPENAT, AT_FDCWD, "/proc/self/ns/mnt", Syscalls.O_RDONLY | Syscalls.O_CLOEXEC, 0)
                .purpose("open the stage's namespace");
        int last = program.rows().size() - 1;
        program.add(Call.EXIT_GROUP, 0);
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
        program.run(syscalls.kernel());
        try {
            int signal = pid.getInt(0) == 0
                    ? 0
                    : new Children(syscalls.kernel()).reap(pid.getInt(0)).signal();
            closeOpened(program, first, last, syscalls);
            Row wrong = program.failed();
            if (wrong != null) {
                throw new LaunchException(wrong.name(), wrong.errno(), "stage: " + wrong.describe());
            }
            if (!stage.isReached()) {
                throw new LaunchException("stage", 0, "stage: its process was ended by signal " + signal);
            }
            return (int) stage.result();
        } catch (ErrnoException e) {
            throw new LaunchException(e.call(), e.errno(), "stage: " + e.getMessage());
        }
    }

    /** The descriptors on the way to the last. */
    private static void closeOpened(Program program, int first, int last, Syscalls syscalls) throws ErrnoException {
        for (Row row : program.rows().subList(first, last)) {
            boolean opens = switch (row.call()) {
                case FSOPEN, FSMOUNT, OPEN_TREE, OPENAT2 -> true;
                default -> false;
            };
            if (opens && row.isReached() && row.errno() == 0) {
                syscalls.close((int) row.result());
            }
        }
    }
}
