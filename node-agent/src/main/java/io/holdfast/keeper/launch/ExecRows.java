package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher.ExecPlan;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.seccomp.Filter;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a further program in a container. The first child goes into the container's cgroups before anything else, so that all that
 * follows is limited and killed with the container, then into all its namespaces by one setns on a pidfd (5.8), which no reused pid can
 * mislead. A pid namespace counts for children only: its sibling, the second child, is the one that becomes the program.
 *
 * <p>The second child is seen by the container's processes before it executes, and shares the keeper's memory. That it is not dumpable
 * keeps them out (CVE-2016-9962), unless they have SYS_PTRACE in the host's user namespace: such containers are refused before.
 */
final class ExecRows {
    /** Every namespace that a container may have of its own; joining what is the host's anyway changes nothing. */
    private static final long NAMESPACES =
            CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

    static final int NO_SOCKET = -1;

    private final Program program;
    private final GuardedClone guarded;
    private final LaunchGuards guards;
    private final Syscalls syscalls;
    private final AppArmor appArmor;
    private final ExecuteRows execution;

    ExecRows(Program program, GuardedClone guarded, LaunchGuards guards, Syscalls syscalls, AppArmor appArmor) {
        this.appArmor = appArmor;
        this.program = program;
        this.guarded = guarded;
        this.guards = guards;
        this.syscalls = syscalls;
        this.execution = new ExecuteRows(program);
    }

    void addFirst(ExecPlan plan, boolean ownUserNamespace, Block secondPid, Program.Label second)
            throws LaunchException {
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        FirstChildRows entry = new FirstChildRows(program, guarded, syscalls);
        entry.join(plan.cgroup());
        entry.standardDescriptors(List.of(plan.stdin(), plan.stdout(), plan.stderr()));
        entry.raiseLimits(plan.process().rlimits());
        // for the sibling, too, which inherits it; later the /proc in reach would be the container's
        appArmor.add(program, plan.process(), plan.exact());
        // joining the user namespace that one is in already is refused (EINVAL)
        program.add(Call.SETNS, plan.pidfd(), NAMESPACES | (ownUserNamespace ? CLONE_NEWUSER : 0))
                .purpose("join the container's namespaces");
        if (ownUserNamespace) {
            program.add(Call.SETGROUPS, 0, 0);
            program.add(Call.SETRESGID, 0, 0, 0);
            program.add(Call.SETRESUID, 0, 0, 0);
            guarded.afterIds();
        }
        guarded.clone(CLONE_PARENT, 0, secondPid, second);
        program.add(Call.EXIT_GROUP, 0);
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
    }

    /** @param keeperSocket where a terminal is handed over; {@link #NO_SOCKET} for none */
    void addSecond(ExecPlan plan, Optional<Filter> filter, int keeperSocket) throws LaunchException {
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        program.add(Call.SETSID);
        if (keeperSocket != NO_SOCKET) {
            new TerminalRows(program).add(keeperSocket, plan.process());
        }
        new ProcessRights(program, guarded, guards).add(plan.process(), filter);
        execution.add(plan.process());
        guarded.fail(failed);
    }

    /** Why the program was not executed; null where that was not even tried. */
    LaunchException notExecuted(ExecPlan plan) {
        return execution.notExecuted(plan.process());
    }
}
