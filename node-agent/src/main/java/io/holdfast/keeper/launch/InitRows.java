package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.root.RootFiles;
import io.holdfast.keeper.root.SystemRows;
import io.holdfast.keeper.seccomp.Filter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Rows of init, in the order that crun and runc converged on: root, session, limits, rights taken away, working directory,
 * descriptors, signals, and the program.
 */
final class InitRows {
    private static final int STAT_BYTES = 1024;
    private static final int START_TIME_FIELD = 22;

    private final Program program;
    private final GuardedClone guarded;
    private final LaunchGuards guards;
    private final AppArmor appArmor;
    private final ExecuteRows execution;
    private final Block stat;

    InitRows(Program program, GuardedClone guarded, LaunchGuards guards, AppArmor appArmor) {
        this.appArmor = appArmor;
        this.program = program;
        this.guarded = guarded;
        this.guards = guards;
        execution = new ExecuteRows(program);
        stat = program.arena().allocate(STAT_BYTES);
    }

    /** Of the program itself as process 1. */
    void add(Spec spec, RootFiles root, SystemRows.Options options, Optional<Filter> filter, int keeperSocket)
            throws LaunchException {
        add(spec, root, options, filter, keeperSocket, () -> execution.add(spec.process()));
    }

    /** Of the program below an init; see {@link ExecuteRows#addBelow}. */
    void addBelow(
            int init,
            String initName,
            Spec spec,
            RootFiles root,
            SystemRows.Options options,
            Optional<Filter> filter,
            int keeperSocket)
            throws LaunchException {
        add(spec, root, options, filter, keeperSocket, () -> execution.addBelow(init, initName, spec.process()));
    }

    private interface Execution {
        void add() throws LaunchException;
    }

    /** @param keeperSocket where a terminal is handed over; {@link ExecRows#NO_SOCKET} for none */
    private void add(
            Spec spec,
            RootFiles root,
            SystemRows.Options options,
            Optional<Filter> filter,
            int keeperSocket,
            Execution execute)
            throws LaunchException {
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        readOwnStat();
        appArmor.add(program, spec.process(), false);
        root.addContainerRows(program, options);
        program.add(Call.SETSID);
        if (keeperSocket != ExecRows.NO_SOCKET) {
            new TerminalRows(program).add(keeperSocket, spec.process());
        }
        new ProcessRights(program, guarded, guards).add(spec.process(), filter);
        execute.add();
        guarded.fail(failed);
    }

    /** The rows of a container that is created and not started: up to an executable of its own that waits. */
    interface Created {
        void add(Program program, GuardedClone guarded) throws LaunchException;
    }

    void add(Created rows) throws LaunchException {
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        readOwnStat();
        rows.add(program, guarded);
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
    }

    /** By init itself and while the host's /proc is in reach: once it runs it may end, and be waited for, at any time. */
    private void readOwnStat() {
        Row fd = program.add(Call.OPENAT, AT_FDCWD, "/proc/self/stat", Syscalls.O_RDONLY | Syscalls.O_CLOEXEC, 0);
        program.add(Call.READ, fd, stat, STAT_BYTES - 1);
    }

    /** Field 22 of /proc/pid/stat. */
    long startTimeTicks() {
        byte[] bytes = new byte[STAT_BYTES];
        stat.bytes().get(0, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // the name, field 2, may hold blanks and parentheses: count from the last one
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_TIME_FIELD - 3]);
    }

    /** Why the program was not executed; null where that was not even tried. */
    LaunchException notExecuted(Spec.Process process) {
        return execution.notExecuted(process);
    }
}
