package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Children;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import java.util.function.BiConsumer;

/** A launch program of one child with rows of the test's own and nothing else, run on a thread of its own. */
final class Bare {
    final Program program;
    final Block pid;
    private final Syscalls syscalls;
    private final Thread thread;

    /** @param rows adds the child's rows; it has entered and exits with 0 after them */
    Bare(Syscalls syscalls, LaunchGuards guards, BiConsumer<Program, GuardedClone> rows) throws ErrnoException {
        this.syscalls = syscalls;
        Arena arena = new Arena();
        pid = arena.allocate(8);
        program = new Program(arena, Arch.current());
        GuardedClone guarded = new GuardedClone(program, guards, syscalls.pidfdOpen(syscalls.pid()));
        Program.Label child = new Program.Label();
        Program.Label failed = new Program.Label();
        guarded.cloneFromCaller(0, 0, pid, child);
        program.place(child);
        program.failTo(failed);
        guarded.enter();
        rows.accept(program, guarded);
        program.add(Call.EXIT_GROUP, 0);
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
        thread = new Thread(() -> program.run(syscalls.kernel()), "bare-launch");
        thread.setDaemon(true);
    }

    Bare start() {
        thread.start();
        return this;
    }

    int pid() {
        return pid.getInt(0);
    }

    /** Waits for the walk to be over, killing the child where it is not in time. */
    boolean endsWithin(long millis) throws InterruptedException, ErrnoException {
        thread.join(millis);
        boolean ended = !thread.isAlive();
        if (!ended) {
            syscalls.kill(pid(), Syscalls.SIGKILL);
            thread.join();
        }
        return ended;
    }

    Children.Status status() throws ErrnoException {
        return new Children(syscalls.kernel()).reap(pid());
    }
}
