package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.CLONE_INTO_CGROUP;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher.ExecPlan;
import io.holdfast.keeper.linux.Launcher.Executed;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.seccomp.Filter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Runs further programs in containers. */
final class ExecLauncher {
    private static final int NO_TERMINAL = -1;

    private final Syscalls syscalls;
    private final Arch arch;
    private final LaunchGuards guards;
    private final int keeperPidfd;
    private final AppArmor appArmor;
    private final LaunchWatch watch;

    ExecLauncher(Syscalls syscalls, Arch arch, LaunchGuards guards, int keeperPidfd, AppArmor appArmor) {
        this.watch = new LaunchWatch(syscalls);
        this.appArmor = appArmor;
        this.syscalls = syscalls;
        this.arch = arch;
        this.guards = guards;
        this.keeperPidfd = keeperPidfd;
    }

    /** @param filter must stay reachable until this has returned */
    Executed exec(ExecPlan plan, Optional<Filter> filter, Arena arena) throws IOException, LaunchException {
        boolean ownUserNamespace = hasOwnUserNamespace(plan.pid());
        if (!ownUserNamespace && plan.process().capabilities().bounding().contains("CAP_SYS_PTRACE")) {
            throw new LaunchException(
                    "exec",
                    Errno.EPERM,
                    "a container with CAP_SYS_PTRACE and without a user namespace of its own could read the keeper's memory"
                            + " through a program on its way in: give it a user namespace, or take the capability");
        }
        if (!plan.process().terminal()) {
            return new Executed(run(plan, filter, arena, ownUserNamespace, ExecRows.NO_SOCKET), NO_TERMINAL);
        }
        Syscalls.Pipe channel = syscalls.descriptorChannel();
        try {
            int pid = run(plan, filter, arena, ownUserNamespace, channel.writeEnd());
            return new Executed(pid, syscalls.receiveDescriptor(channel.readEnd()));
        } finally {
            syscalls.close(channel.readEnd());
            syscalls.close(channel.writeEnd());
        }
    }

    private int run(ExecPlan plan, Optional<Filter> filter, Arena arena, boolean ownUserNamespace, int keeperSocket)
            throws IOException, LaunchException {
        Block firstPid = arena.allocate(8);
        Block secondPid = arena.allocate(8);
        Program program = new Program(arena, arch);
        GuardedClone guarded = new GuardedClone(program, guards, keeperPidfd);
        // its client speaks to this keeper alone; and a child that nobody waits for would hold up its container's end
        guarded.endWithKeeper();
        ExecRows rows = new ExecRows(program, guarded, guards, syscalls, appArmor);
        Program.Label first = new Program.Label();
        Program.Label second = new Program.Label();
        LaunchWatch.Watched watched;
        int cgroupFd = plan.cgroup().bornIn().isPresent()
                ? syscalls.open(plan.cgroup().bornIn().get().toString(), Syscalls.O_PATH, 0)
                : -1;
        try {
            guarded.cloneFromCaller(cgroupFd < 0 ? 0 : CLONE_INTO_CGROUP, Math.max(cgroupFd, 0), firstPid, first);
            program.place(first);
            rows.addFirst(plan, ownUserNamespace, secondPid, second);
            program.place(second);
            rows.addSecond(plan, filter, keeperSocket);
            run(program, watched = watch.watch(firstPid, secondPid));
        } finally {
            if (cgroupFd >= 0) {
                syscalls.close(cgroupFd);
            }
        }
        try {
            return Settlement.settle(
                    syscalls,
                    program,
                    firstPid.getInt(0),
                    secondPid.getInt(0),
                    () -> rows.notExecuted(plan),
                    "the program");
        } catch (LaunchException e) {
            watched.check();
            throw e;
        }
    }

    private void run(Program program, LaunchWatch.Watched watched) {
        try (watched) {
            program.run(syscalls.kernel());
        }
    }

    /** By the kernel's word; the caller's pidfd sees to it that the number still means the container. */
    private static boolean hasOwnUserNamespace(int pid) throws IOException, LaunchException {
        try {
            Path its = Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid), "ns/user"));
            return !its.equals(Files.readSymbolicLink(Path.of("/proc/self/ns/user")));
        } catch (NoSuchFileException e) {
            throw new LaunchException("setns", Errno.ESRCH, "the container's first process has ended");
        }
    }
}
