package io.holdfast.keeper;

import static io.holdfast.keeper.linux.Uapi.CLOSE_RANGE_CLOEXEC;

import io.holdfast.keeper.Records.HolderRecord;
import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Children;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the containers' pipes while no keeper runs. What stands in a pipe is gone when the last one closes it (pipe(7)), so the last
 * words of a container that ends between one keeper and the next would be. A keeper that is closed leaves a {@code sleep} behind
 * that has the pipes open; the next one opens them anew and ends it. One that is killed cannot.
 */
final class PipeHolder {
    private static final Logger LOG = LoggerFactory.getLogger(PipeHolder.class);
    private static final List<String> PROGRAMS = List.of("/bin/sleep", "/usr/bin/sleep");

    /** A node whose keeper does not come back for so long has lost more than last words. */
    private static final String SECONDS = "86400";

    private static final int F_SETFD = 2;

    private final Layout layout;
    private final String bootId;
    private final Syscalls syscalls;

    PipeHolder(Layout layout, String bootId, Syscalls syscalls) {
        this.layout = layout;
        this.bootId = bootId;
        this.syscalls = syscalls;
    }

    /** Hands copies of these descriptors to a process of its own. A failure is told in the log: the keeper is closing. */
    void hold(List<Integer> pipes) {
        if (pipes.isEmpty()) {
            return;
        }
        try {
            int nothing = syscalls.open("/dev/null", Syscalls.O_RDWR, 0);
            int keeperPidfd = syscalls.pidfdOpen(syscalls.pid());
            try {
                int pid = start(pipes, nothing, keeperPidfd);
                long startTime = ProcessTable.stat(pid)
                        .map(ProcessTable.Stat::startTimeTicks)
                        .orElse(0L);
                Records.write(layout.holder(), new HolderRecord(bootId, pid, startTime));
            } finally {
                syscalls.close(keeperPidfd);
                syscalls.close(nothing);
            }
        } catch (IOException e) {
            LOG.warn("last words of containers that end while no keeper runs will be lost: {}", e.getMessage());
        }
    }

    private int start(List<Integer> pipes, int nothing, int keeperPidfd) throws IOException {
        Arena arena = new Arena();
        Program program = new Program(arena, Arch.current());
        GuardedClone guarded = new GuardedClone(program, LaunchGuards.ALL, keeperPidfd);
        Block pid = arena.allocate(8);
        Program.Label child = new Program.Label();
        Program.Label failed = new Program.Label();
        guarded.cloneFromCaller(0, 0, pid, child);
        program.place(child);
        program.failTo(failed);
        guarded.enter();
        for (int standard = 0; standard <= 2; standard++) {
            program.add(Call.DUP3, nothing, standard, 0);
        }
        program.add(Call.CLOSE_RANGE, 3, 0xffffffffL, CLOSE_RANGE_CLOEXEC);
        pipes.forEach(pipe -> program.add(Call.FCNTL, pipe, F_SETFD, 0));
        program.add(Call.CHDIR, "/");
        program.add(Call.SETSID);
        guarded.resetSignals();
        guarded.release();
        long arguments = arena.texts(List.of("sleep", SECONDS));
        long environment = arena.texts(List.of());
        for (String path : PROGRAMS) {
            program.add(Call.EXECVE, path, arguments, environment).mayFail();
        }
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
        program.run(syscalls.kernel());
        int started = pid.getInt(0);
        if (started != 0 && new Children(syscalls.kernel()).look(started).state() == Children.State.EXECUTED) {
            return started;
        }
        Program.Row wrong = program.failed();
        throw new IOException(wrong == null ? "none of " + PROGRAMS + " can be executed" : wrong.describe());
    }

    /** Ends what an earlier keeper left: the pipes are open anew. */
    void release() throws IOException {
        Optional<HolderRecord> left = Records.read(layout.holder(), HolderRecord.class)
                .filter(holder -> holder.bootId().equals(bootId));
        if (left.isPresent()) {
            end(left.get());
        }
        Files.deleteIfExists(layout.holder());
    }

    private void end(HolderRecord holder) throws ErrnoException {
        int pidfd;
        try {
            pidfd = syscalls.pidfdOpen(holder.pid());
        } catch (ErrnoException e) {
            return; // it has ended
        }
        try {
            if (ProcessTable.stat(holder.pid())
                    .filter(stat -> stat.startTimeTicks() == holder.startTimeTicks())
                    .isPresent()) {
                syscalls.pidfdSendSignal(pidfd, Syscalls.SIGKILL);
                syscalls.waitFor(holder.pid());
            }
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD && e.errno() != Errno.ESRCH) {
                throw e; // else another's child, as of a keeper that is gone
            }
        } finally {
            syscalls.close(pidfd);
        }
    }
}
