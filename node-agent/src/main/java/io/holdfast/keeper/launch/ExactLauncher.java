package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.ExecutableImage;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher.ContainerPlan;
import io.holdfast.keeper.linux.Launcher.ExactPlan;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.root.ExactRoot;
import io.holdfast.keeper.root.HostMounts;
import io.holdfast.keeper.seccomp.Filters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers that take their specification as it stands, in two steps: created, they wait in an executable of their own; started, they
 * execute their program.
 */
final class ExactLauncher {
    /** Above every descriptor that has a number by agreement. */
    private static final int HIGH = 64;

    private static final int AF_UNIX = 1;
    /** Non-blocking: a listener that accepts nobody must not hold a launch up. */
    private static final int SOCK_STREAM_CLOEXEC_NONBLOCK = 1 | 0x80000 | Syscalls.O_NONBLOCK;

    private static final int SUN_PATH_BYTES = 108;

    private final Syscalls syscalls;
    private final HostCheck.Host host;
    private final HostMounts hostMounts;
    private final LaunchGuards guards;
    private final int keeperPidfd;
    private final Filters filters;
    private final OomScore oomScore;
    private final AppArmor appArmor;

    ExactLauncher(
            Syscalls syscalls,
            HostCheck.Host host,
            HostMounts hostMounts,
            LaunchGuards guards,
            int keeperPidfd,
            Filters filters,
            OomScore oomScore,
            AppArmor appArmor) {
        this.syscalls = syscalls;
        this.host = host;
        this.hostMounts = hostMounts;
        this.guards = guards;
        this.keeperPidfd = keeperPidfd;
        this.filters = filters;
        this.oomScore = oomScore;
        this.appArmor = appArmor;
    }

    Launched create(ContainerPlan plan, ExactPlan exact) throws LaunchException {
        if (!Namespaces.isNew(plan.sandbox().namespaces().mount())) {
            throw new LaunchException(
                    "namespaces",
                    0,
                    "linux.namespaces: a container without a mount namespace of its own is not supported");
        }
        CreatedProgram created =
                new CreatedProgram(plan.spec(), host.arch(), guards, filters.of(plan.spec(), true), appArmor);
        List<Integer> open = new ArrayList<>();
        try {
            open.add(ExecutableImage.open(created.program(), host.arch(), syscalls));
            open.add(syscalls.open(exact.gate().toString(), Syscalls.O_RDWR, 0));
            open.add(syscalls.open(exact.report().toString(), Syscalls.O_RDWR, 0));
            open.add(syscalls.open(exact.state().toString(), Syscalls.O_RDONLY, 0));
            return create(plan, exact, open);
        } catch (IOException e) {
            throw new LaunchException("create", e instanceof ErrnoException errno ? errno.errno() : 0, e.getMessage());
        } finally {
            closeAll(open);
        }
    }

    private void closeAll(List<Integer> open) throws LaunchException {
        for (int fd : open) {
            try {
                syscalls.close(fd);
            } catch (ErrnoException e) {
                throw new LaunchException("close", e.errno(), e.getMessage());
            }
        }
    }

    /** @param open image, gate, report, state */
    private Launched create(ContainerPlan plan, ExactPlan exact, List<Integer> open)
            throws IOException, LaunchException {
        Arena arena = new Arena();
        Block firstPid = arena.allocate(8);
        Block initPid = arena.allocate(8);
        Program program = new Program(arena, host.arch());
        GuardedClone guarded = new GuardedClone(program, guards, keeperPidfd);
        ExactRoot root = new ExactRoot(host.arch(), plan.spec(), Path.of(plan.rootfs()));
        InitRows initRows = new InitRows(program, guarded, guards, appArmor);
        Program.Label first = new Program.Label();
        Program.Label init = new Program.Label();
        int cgroupFd = plan.cgroup().bornIn().isPresent()
                ? syscalls.open(plan.cgroup().bornIn().get().toString(), Syscalls.O_PATH, 0)
                : -1;
        IOException hook;
        try (HookFeeder feeder = HookFeeder.open(exact.hooks(), plan.spec().hooks(), initPid, syscalls)) {
            guarded.cloneFromCaller(cgroupFd < 0 ? 0 : CLONE_INTO_CGROUP, Math.max(cgroupFd, 0), firstPid, first);
            program.place(first);
            new FirstChildRows(program, guarded, syscalls).add(plan, root, FirstChildRows.NO_STAGE, initPid, init);
            program.place(init);
            int console = consoleSocket(exact.console().toString(), open);
            initRows.add((rows, clone) -> {
                // of the host's /proc, and opened while that is in reach: the container's could be played
                Row self = rows.add(Call.OPENAT, AT_FDCWD, "/proc/self", Syscalls.O_PATH | Syscalls.O_CLOEXEC, 0);
                root.addContainerRows(rows, options(plan), () -> {
                    feeder.addRows(rows, clone);
                    new HookRows(rows).add(plan.spec().hooks().createContainer(), open.get(3), "createContainer");
                });
                names(rows, plan.spec());
                directory(rows, plan.spec().process().cwd());
                rows.add(Call.SETSID);
                if (console != ExecRows.NO_SOCKET) {
                    new TerminalRows(rows).addOfBundle(console, plan.spec().process());
                }
                executeImage(rows, clone, open, self);
            });
            feeder.start();
            program.run(syscalls.kernel());
            feeder.finish();
            hook = feeder.failure();
        } finally {
            if (cgroupFd >= 0) {
                syscalls.close(cgroupFd);
            }
        }
        try {
            int pid = Settlement.settle(
                    syscalls, program, firstPid.getInt(0), initPid.getInt(0), () -> null, "the container");
            oomScore.apply(pid, plan.spec().process());
            return new Launched(pid, initRows.startTimeTicks());
        } catch (LaunchException e) {
            throw hook == null ? e : new LaunchException("hook", 0, hook.getMessage());
        }
    }

    /** Connected to whoever listens for the terminal; closed with the others. */
    private int consoleSocket(String path, List<Integer> open) throws IOException {
        if (path.isEmpty()) {
            return ExecRows.NO_SOCKET;
        }
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= SUN_PATH_BYTES) {
            throw new IOException("console socket " + path + " has a path of " + name.length
                    + " bytes, more than a socket's address holds (" + (SUN_PATH_BYTES - 1) + ")");
        }
        Memory address = Memory.allocate(SUN_PATH_BYTES + 2);
        address.putShort(0, AF_UNIX);
        address.putBytes(2, name);
        int socket = (int) syscalls.kernel().call(Call.SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC_NONBLOCK, 0);
        open.add(socket);
        try {
            syscalls.kernel().call(Call.CONNECT, socket, address, SUN_PATH_BYTES + 2);
        } catch (ErrnoException e) {
            String why = e.errno() == Errno.EAGAIN ? "its listener accepts nobody" : Errno.describe(e.errno());
            throw new IOException("console socket " + path + " cannot be connected to: " + why, e);
        }
        return socket;
    }

    /** In the namespace that the sandbox made or joined. */
    private static void names(Program program, Spec spec) {
        if (!spec.hostname().isEmpty()) {
            int bytes = spec.hostname().getBytes(StandardCharsets.UTF_8).length;
            program.add(Call.SETHOSTNAME, spec.hostname(), bytes).purpose("hostname " + spec.hostname());
        }
        if (!spec.domainname().isEmpty()) {
            int bytes = spec.domainname().getBytes(StandardCharsets.UTF_8).length;
            program.add(Call.SETDOMAINNAME, spec.domainname(), bytes).purpose("domainname " + spec.domainname());
        }
    }

    /** Made where the root lacks it, as other runtimes do; a link in the way is the program's own matter. */
    private static void directory(Program program, String cwd) {
        StringBuilder way = new StringBuilder();
        for (Path name : Path.of(cwd).normalize()) {
            way.append('/').append(name);
            program.add(Call.MKDIRAT, AT_FDCWD, way.toString(), 0755).mayFail();
        }
    }

    private static void executeImage(Program program, GuardedClone guarded, List<Integer> open, Row self) {
        List<Row> high = new ArrayList<>();
        for (int fd : open.subList(0, 4)) {
            high.add(program.add(Call.FCNTL, fd, F_DUPFD_CLOEXEC, HIGH));
        }
        high.add(program.add(Call.FCNTL, self, F_DUPFD_CLOEXEC, HIGH));
        guarded.keepOnlyStandardDescriptors();
        program.add(Call.DUP3, high.get(high.size() - 1), CreatedProgram.SELF, 0);
        program.add(Call.DUP3, high.get(1), CreatedProgram.GATE, 0);
        program.add(Call.DUP3, high.get(2), CreatedProgram.REPORT, 0);
        program.add(Call.DUP3, high.get(3), CreatedProgram.STATE, 0);
        guarded.resetSignals();
        guarded.release();
        program.add(
                        Call.EXECVEAT,
                        high.get(0),
                        "",
                        program.arena().texts(List.of("holdfast-created")),
                        program.arena().texts(List.of()),
                        AT_EMPTY_PATH)
                .purpose("execute what waits to be started");
    }

    private ExactRoot.Options options(ContainerPlan plan) {
        return new ExactRoot.Options(
                plan.sandbox().namespaces().hasUser(), hostMounts, plan.cgroup().directories());
    }

    void start(ContainerPlan plan, ExactPlan exact) throws LaunchException {
        new CreatedStart(syscalls)
                .start(
                        plan.spec(),
                        exact,
                        () -> new CreatedProgram(
                                plan.spec(), host.arch(), guards, filters.of(plan.spec(), true), appArmor));
    }
}
