package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.ExecutableImage;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.seccomp.Filter;
import java.util.Optional;

/**
 * What a created container's process runs until it is started: it waits at its gate, runs the hooks of the start, lets go of its
 * rights and executes the program. Where that fails it hands its table to the keeper, which makes the same program again from the
 * record to read it: so an earlier keeper's containers can be started, too.
 *
 * <p>It is in the container's namespaces and has all rights that the rows before it had: it is hidden from the container's other
 * processes (dumpable), and the gate's descriptors are closed by executing.
 */
final class CreatedProgram {
    /** Descriptors that it has beside the standard ones. */
    static final int GATE = 3;

    static final int REPORT = 4;
    static final int STATE = 5;
    /** The process's directory in the host's /proc, for what must not be written by the container's. */
    static final int SELF = 6;

    private static final short POLLIN = 1;

    private final Program program;
    private final ExecuteRows execution;

    CreatedProgram(Spec spec, Arch arch, LaunchGuards guards, Optional<Filter> filter, AppArmor appArmor)
            throws LaunchException {
        program = new Program(Arena.at(ExecutableImage.ARENA_ADDRESS), arch);
        execution = new ExecuteRows(program);
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        GuardedClone guarded = GuardedClone.outside(program, guards);
        guarded.enter();
        for (int fd : new int[] {GATE, REPORT, STATE, SELF}) {
            program.add(Call.FCNTL, fd, F_SETFD, FD_CLOEXEC);
        }
        awaitStart();
        new HookRows(program).add(spec.hooks().startContainer(), STATE, "startContainer");
        appArmor.addBelow(program, SELF, spec.process());
        new ProcessRights(program, guarded, guards).add(spec.process(), filter);
        execution.add(spec.process());
        program.place(failed);
        program.add(Call.WRITE, REPORT, program.tableAddress(), program.tableBytes())
                .mayFail();
        program.add(Call.EXIT_GROUP, 1);
    }

    /** Without a bound: whoever created it may start it whenever they like. */
    private void awaitStart() {
        Block poll = program.arena().allocate(8).putInt(0, GATE).putShort(4, POLLIN);
        program.add(Call.PPOLL, poll, 1, 0, 0, SIGSET_BYTES).purpose("wait to be started");
        Block one = program.arena().allocate(8);
        program.add(Call.READ, GATE, one, 1).purpose("wait to be started");
    }

    Program program() {
        return program;
    }

    /** Why it did not execute, from the table that it reported. */
    LaunchException failure(byte[] table, Spec.Process process) {
        program.layOut();
        if (!program.adoptResults(table)) {
            return new LaunchException("start", 0, "the program was not executed, and the report why cannot be read");
        }
        LaunchException notExecuted = execution.notExecuted(process);
        if (notExecuted != null) {
            return notExecuted;
        }
        Program.Row failed = program.failed();
        return failed == null
                ? new LaunchException("start", 0, "the program was not executed, and no step says why")
                : new LaunchException(failed.name(), failed.errno(), failed.describe());
    }
}
