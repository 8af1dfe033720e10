package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.exec.PendingStream;
import io.holdfast.keeper.exec.Program;
import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.ExecPlan;
import io.holdfast.keeper.linux.Launcher.Executed;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verb {@code exec}. Blocks until the program has been executed; on a launch thread. */
final class ExecStarter {
    private static final Logger LOG = LoggerFactory.getLogger(ExecStarter.class);
    private static final int NONE = -1;

    private final Core core;
    private final StreamSlots slots = new StreamSlots("programs", Limits.MAX_EXECS, Limits.MAX_EXECS_PER_CONTAINER);

    ExecStarter(Core core) {
        this.core = core;
    }

    PendingStream exec(Request.Exec asked) throws RefusedException, IOException {
        Request.Exec request = Checks.exec(asked);
        Container container = core.registry().container(request.container());
        Lock life = container.life.readLock();
        life.lock();
        try {
            if (container.state() == Container.State.PAUSED) {
                throw RefusedException.conflict("container %s is paused: resume it first", container.id());
            }
            if (container.state() == Container.State.CREATED) {
                throw RefusedException.conflict("container %s is not started yet", container.id());
            }
            slots.take(container.id());
            try {
                return exec(container, withNumbers(container, request));
            } catch (RefusedException | IOException | RuntimeException e) {
                slots.release(container.id());
                throw e;
            }
        } finally {
            life.unlock();
        }
    }

    private Spec.Process withNumbers(Container container, Request.Exec request) throws RefusedException {
        Spec.Process process = ExecProcesses.of(container.record.spec().process(), request);
        try {
            return process.withUser(core.launcher()
                    .resolveUser(container.record.rootfs(), process.user())
                    .user());
        } catch (LaunchException e) {
            throw RefusedException.badRequest("%s", e.getMessage());
        }
    }

    private PendingStream exec(Container container, Spec.Process process) throws RefusedException, IOException {
        // a descriptor of its own: the reaper closes the container's when it ends
        int pidfd = container.duplicatePidfd(core.syscalls());
        if (pidfd == NONE) {
            throw RefusedException.conflict("container %s has ended", container.id());
        }
        Ends ends = new Ends();
        try {
            ends.open(process, core.registry().sandbox(container.record.sandbox()));
            return launch(container, process, pidfd, ends);
        } catch (LaunchException e) {
            ends.closeAll();
            throw refused(container, pidfd, e);
        } catch (RefusedException | IOException | RuntimeException e) {
            ends.closeAll();
            throw e;
        } finally {
            core.syscalls().close(pidfd);
        }
    }

    private PendingStream launch(Container container, Spec.Process process, int pidfd, Ends ends)
            throws IOException, LaunchException {
        long oomKills = core.cgroups().oomKills(container.cgroup());
        Executed executed = core.launcher()
                .exec(new ExecPlan(
                        pidfd,
                        container.process().pid(),
                        container.record.spec().withProcess(process),
                        core.cgroups().join(container.cgroup()),
                        ends.programs.get(0),
                        ends.programs.get(1),
                        ends.programs.get(2),
                        container.record.exact()));
        try {
            ends.closePrograms();
            // a child that nobody has waited for: its number is still its own
            Program program = new Program(
                    executed.pid(),
                    core.syscalls().pidfdOpen(executed.pid()),
                    ends.keepers.get(0),
                    ends.keepers.get(1),
                    ends.keepers.get(2),
                    executed.terminal());
            return core.streams()
                    .exec(program, status -> exit(container, status, oomKills), () -> slots.release(container.id()));
        } catch (IOException | RuntimeException e) {
            core.syscalls().kill(executed.pid(), Syscalls.SIGKILL);
            core.syscalls().waitFor(executed.pid());
            if (executed.terminal() != NONE) {
                core.syscalls().close(executed.terminal());
            }
            throw e;
        }
    }

    private Reply.Exit exit(Container container, Optional<ChildExit> status, long oomKillsBefore) {
        boolean oomKilled = false;
        if (status.map(ChildExit::signal).orElse(0) == Syscalls.SIGKILL) {
            try {
                oomKilled = core.cgroups().oomKills(container.cgroup()) > oomKillsBefore;
            } catch (IOException e) {
                LOG.debug("the cgroup of container {} is gone: {}", container.id(), e.getMessage());
            }
        }
        return Endings.exit("", status, oomKilled, core.clock().epochMillis());
    }

    private RefusedException refused(Container container, int pidfd, LaunchException e) throws IOException {
        boolean ended = core.syscalls().poll(List.of(new Pollable(pidfd, Syscalls.POLLIN)), 0)[0] != 0;
        if (ended) {
            return RefusedException.conflict("container %s has ended", container.id());
        }
        if (!e.step().equals("execve")) {
            return RefusedException.setUpFailed(e.getMessage());
        }
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR
                ? RefusedException.programNotFound(e.getMessage())
                : RefusedException.programNotExecutable(e.getMessage());
    }

    /** The pipes of one exec: the keeper's ends and the program's, for standard input, output and error. */
    private final class Ends {
        final List<Integer> keepers = new ArrayList<>(List.of(NONE, NONE, NONE));
        final List<Integer> programs = new ArrayList<>(List.of(NONE, NONE, NONE));

        void open(Spec.Process process, Sandbox sandbox) throws IOException {
            Syscalls syscalls = core.syscalls();
            if (process.terminal()) {
                for (int i = 0; i < 3; i++) {
                    // only until the terminal takes their places
                    programs.set(i, syscalls.open("/dev/null", Syscalls.O_RDWR, 0));
                }
                return;
            }
            for (int i = 0; i < 3; i++) {
                Syscalls.Pipe pipe = syscalls.pipe();
                boolean input = i == 0;
                keepers.set(i, input ? pipe.writeEnd() : pipe.readEnd());
                programs.set(i, input ? pipe.readEnd() : pipe.writeEnd());
                syscalls.setNonBlocking(keepers.get(i));
                // or a program that is not root could not open its own /dev/stdout
                syscalls.chown(
                        programs.get(i),
                        sandbox.ids().first() + process.user().uid(),
                        sandbox.ids().first() + process.user().gid());
            }
        }

        void closePrograms() {
            close(programs);
        }

        void closeAll() {
            close(programs);
            close(keepers);
        }

        private void close(List<Integer> fds) {
            for (int i = 0; i < fds.size(); i++) {
                if (fds.get(i) != NONE) {
                    try {
                        core.syscalls().close(fds.get(i));
                    } catch (ErrnoException e) {
                        LOG.warn("cannot close a descriptor: {}", e.getMessage());
                    }
                    fds.set(i, NONE);
                }
            }
        }
    }
}
