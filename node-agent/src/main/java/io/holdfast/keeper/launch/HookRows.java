package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec.Hook;
import java.util.List;

/**
 * Rows that run hooks inside a container, one after another: each in a child that reads the container's state from its standard input.
 * One that does not end well, or not in time, ends the launch.
 */
final class HookRows {
    /** For a hook that names no time-out of its own. */
    static final int DEFAULT_TIMEOUT_SECONDS = 30;

    private static final int STACK_BYTES = 16 * 1024;
    private static final int POLLIN = 1;
    private static final int WALL = 0x40000000;
    private static final long EXIT_STATUS = 0xffff;

    private final Program program;

    HookRows(Program program) {
        this.program = program;
    }

    /**
     * @param state descriptor of the file with the state
     * @param kind as the specification calls it
     */
    void add(List<Hook> hooks, Object state, String kind) {
        for (int i = 0; i < hooks.size(); i++) {
            add(
                    hooks.get(i),
                    state,
                    "hooks." + kind + "[" + i + "] " + hooks.get(i).path());
        }
    }

    private void add(Hook hook, Object state, String what) {
        Program.Label child = new Program.Label();
        Program.Label after = new Program.Label();
        Block pollPid = program.arena().allocate(8).putShort(4, POLLIN);
        Row pid = fork(child, pollPid, what);
        int seconds = hook.timeout() > 0 ? hook.timeout() : DEFAULT_TIMEOUT_SECONDS;
        Block time = program.arena().allocate(16).putLong(0, seconds);
        program.add(Call.PPOLL, pollPid, 1, time, 0, SIGSET_BYTES)
                .zeroIsFailure("did not end within " + seconds + " s")
                .purpose(what);
        Block status = program.arena().allocate(8);
        program.add(Call.WAIT4, pid, status, WALL, 0).purpose(what);
        program.check(what + " ends with 0", status.address(), EXIT_STATUS, 0);
        program.jump(after);
        program.place(child);
        execute(hook, state);
        program.place(after);
    }

    private Row fork(Program.Label child, Block pidfd, String what) {
        Block stack = program.arena().allocate(STACK_BYTES);
        Block args = program.arena()
                .allocate(CLONE_ARGS_BYTES)
                .putLong(0, CLONE_VM | CLONE_VFORK | CLONE_PIDFD)
                .putLong(8, pidfd.address())
                .putLong(40, stack.address())
                .putLong(48, STACK_BYTES);
        return program.add(Call.CLONE3, args, CLONE_ARGS_BYTES).onZero(child).purpose(what);
    }

    private void execute(Hook hook, Object state) {
        Program.Label failed = new Program.Label();
        Program.Label before = program.failTo(failed);
        program.add(Call.LSEEK, state, 0, 0);
        program.add(Call.DUP3, state, 0, 0);
        // what a hook says is not the container's output
        Row none = program.add(Call.OPENAT, AT_FDCWD, "/dev/null", Syscalls.O_WRONLY | Syscalls.O_CLOEXEC, 0)
                .mayFail();
        program.add(Call.DUP3, none, 1, 0).mayFail();
        program.add(Call.CLOSE_RANGE, 3, 0xffffffffL, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
        Block unblocked = program.arena().allocate(SIGSET_BYTES);
        program.add(Call.RT_SIGPROCMASK, SIG_SETMASK, unblocked, 0, SIGSET_BYTES);
        List<String> args = hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
        program.add(
                Call.EXECVE,
                hook.path(),
                program.arena().texts(args),
                program.arena().texts(hook.env()));
        program.place(failed);
        program.add(Call.EXIT_GROUP, 127);
        program.failTo(before);
    }
}
