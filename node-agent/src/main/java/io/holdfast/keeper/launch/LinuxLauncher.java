package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.CLONE_INTO_CGROUP;

import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.root.HostImage;
import io.holdfast.keeper.root.HostMounts;
import io.holdfast.keeper.root.Image;
import io.holdfast.keeper.root.LayerFacts;
import io.holdfast.keeper.root.MountPoints;
import io.holdfast.keeper.root.OverlayDirectories;
import io.holdfast.keeper.root.RootFiles;
import io.holdfast.keeper.root.Sysctls;
import io.holdfast.keeper.root.SystemRows;
import io.holdfast.keeper.root.UserNames;
import io.holdfast.keeper.seccomp.Filter;
import io.holdfast.keeper.seccomp.Filters;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Sandboxes and containers by the launch program. Thread-safe; a launch takes its own arena from a small pool. */
final class LinuxLauncher implements Launcher {
    /** Arenas kept for the next launch; more launches at once allocate theirs anew. */
    private static final int POOLED_ARENAS = 8;

    private final Syscalls syscalls;
    private final HostCheck.Host host;
    private final HostImage hostImage;
    private final Image.Trees trees;
    private final LayerFacts facts;
    private final HostMounts hostMounts;
    private final LaunchGuards guards;
    private final int keeperPidfd;
    private final Filters filters;
    private final OomScore oomScore;
    private final AppArmor appArmor;
    private final InitProgram init;
    private final ExecLauncher execs;
    /** Descriptor of {@link Stage}. */
    private final int stage;

    private final BlockingQueue<Arena> arenas = new ArrayBlockingQueue<>(POOLED_ARENAS);

    LinuxLauncher(
            Syscalls syscalls,
            HostCheck.Host host,
            HostImage hostImage,
            Image.Trees trees,
            MountPoints mountPoints,
            HostMounts hostMounts,
            LaunchGuards guards,
            int keeperPidfd,
            int stage)
            throws IOException {
        this.syscalls = syscalls;
        this.host = host;
        this.hostImage = hostImage;
        this.trees = trees;
        this.facts = new LayerFacts(mountPoints);
        this.hostMounts = hostMounts;
        this.guards = guards;
        this.keeperPidfd = keeperPidfd;
        this.stage = stage;
        filters = new Filters(host.arch());
        oomScore = OomScore.read();
        appArmor = AppArmor.open();
        init = InitProgram.find(host.arch());
        execs = new ExecLauncher(syscalls, host.arch(), guards, keeperPidfd, appArmor);
    }

    /** Walks a program that only ends: loads classes and binds the native calls that the first launch needs. */
    void warm() throws LaunchException {
        Arena arena = new Arena();
        Program program = new Program(arena, host.arch());
        program.add(Call.GETPID);
        program.end();
        program.run(syscalls.kernel());
        if (program.failed() != null) {
            throw new LaunchException("getpid", 0, "the runner does not run");
        }
        filters.warm();
        arena.reset();
        arenas.offer(arena);
    }

    @Override
    public void createSandbox(SandboxPlan plan) throws LaunchException {
        if (!plan.network().equals("private") && !plan.network().equals("host")) {
            throw new LaunchException(
                    "sandbox", Errno.EINVAL, "network " + plan.network() + " is neither private nor host");
        }
        if (!Files.isDirectory(plan.pinDirectory())) {
            throw new LaunchException("sandbox", Errno.ENOENT, "directory " + plan.pinDirectory() + " is not there");
        }
        new SandboxMaker(syscalls, guards, keeperPidfd).make(plan);
    }

    @Override
    public Launched create(ContainerPlan plan, ExactPlan exact) throws LaunchException {
        oomScore.check(plan.spec().process());
        appArmor.check(plan.spec().process().apparmorProfile());
        return exact().create(plan, exact);
    }

    @Override
    public void start(ContainerPlan plan, ExactPlan exact) throws LaunchException {
        exact().start(plan, exact);
    }

    private ExactLauncher exact() {
        return new ExactLauncher(syscalls, host, hostMounts, guards, keeperPidfd, filters, oomScore, appArmor);
    }

    @Override
    public void removeSandbox(Path pinDirectory) throws LaunchException {
        Pins.remove(pinDirectory, syscalls);
    }

    @Override
    public KnownUser resolveUser(String rootfs, Spec.User user) throws LaunchException {
        Image image = image(rootfs);
        UserNames names = new UserNames(syscalls, guards);
        return image instanceof Image.Layers
                ? names.resolve(image.layers(), user)
                : names.resolve(image.layers().get(0), user);
    }

    private Image image(String rootfs) throws LaunchException {
        return Image.of(rootfs, hostImage.skeleton(), trees);
    }

    @Override
    public Init init() {
        return new Init(init.name(), init.missing());
    }

    @Override
    public void prepare(Path workDirectory) throws LaunchException {
        try {
            OverlayDirectories.prepare(workDirectory, host.overlayByFd(), syscalls);
        } catch (IOException e) {
            throw new LaunchException("prepare", 0, "prepare " + workDirectory + ": " + e.getMessage());
        }
    }

    @Override
    public Launched launch(ContainerPlan plan) throws LaunchException {
        Image image = image(plan.rootfs());
        oomScore.check(plan.spec().process());
        appArmor.check(plan.spec().process().apparmorProfile());
        Limits.check(plan.spec().process().rlimits());
        Sysctls.check(plan.spec().linux().sysctl(), plan.sandbox().namespaces());
        if (hasUserNamespace(plan) && !host.overlayOnIdmapped()) {
            throw new LaunchException(
                    "mount_setattr",
                    Errno.EOPNOTSUPP,
                    "kernel " + host.kernel().text() + " has no overlay over idmapped layers (5.19): run "
                            + plan.rootfs() + " without user namespace, or boot a newer kernel");
        }
        Arena pooled = arenas.poll();
        Arena arena = pooled == null ? new Arena() : pooled;
        LayerFacts.Facts known = facts.of(image);
        OverlayDirectories own = null;
        boolean started = false;
        try {
            own = directories(plan, image, known);
            Launched launched = launchOnTerminal(plan, image, known, own, arena);
            started = true;
            return launched;
        } catch (IOException e) {
            throw new LaunchException("launch", e instanceof ErrnoException errno ? errno.errno() : 0, e.getMessage());
        } finally {
            arena.reset();
            arenas.offer(arena);
            if (!started && own != null) {
                discard(own);
            }
        }
    }

    @Override
    public Executed exec(ExecPlan plan) throws LaunchException {
        Arena pooled = arenas.poll();
        Arena arena = pooled == null ? new Arena() : pooled;
        try {
            Optional<Filter> filter = filters.of(plan.spec(), plan.exact());
            Executed executed = execs.exec(plan, filter, arena);
            Reference.reachabilityFence(filter);
            weigh(executed.pid(), plan.spec().process());
            return executed;
        } catch (IOException e) {
            throw new LaunchException("exec", e instanceof ErrnoException errno ? errno.errno() : 0, e.getMessage());
        } finally {
            arena.reset();
            arenas.offer(arena);
        }
    }

    private static void discard(OverlayDirectories own) throws LaunchException {
        try {
            own.discard();
        } catch (IOException e) {
            throw new LaunchException("clean-up", 0, "after a failed launch: " + e.getMessage());
        }
    }

    private OverlayDirectories directories(ContainerPlan plan, Image image, LayerFacts.Facts known) throws IOException {
        int owner = plan.sandbox().ids().first();
        OverlayDirectories own = OverlayDirectories.give(plan.workDirectory(), owner, host.overlayByFd(), syscalls);
        own.make(plan.meant(), syscalls);
        if (!(image instanceof Image.Directory)) {
            own.writeNames(known.etc(), plan.sandbox().hostname(), isHostNetwork(plan), syscalls);
        }
        return own;
    }

    private Launched launchOnTerminal(
            ContainerPlan plan, Image image, LayerFacts.Facts known, OverlayDirectories own, Arena arena)
            throws IOException, LaunchException {
        if (!plan.spec().process().terminal()) {
            return launch(plan, image, known, own, arena, ExecRows.NO_SOCKET);
        }
        Syscalls.Pipe channel = syscalls.descriptorChannel();
        try {
            Launched launched = launch(plan, image, known, own, arena, channel.writeEnd());
            return new Launched(
                    launched.pid(), launched.startTimeTicks(), syscalls.receiveDescriptor(channel.readEnd()));
        } finally {
            syscalls.close(channel.readEnd());
            syscalls.close(channel.writeEnd());
        }
    }

    private Launched launch(
            ContainerPlan plan,
            Image image,
            LayerFacts.Facts known,
            OverlayDirectories own,
            Arena arena,
            int keeperSocket)
            throws IOException, LaunchException {
        Block firstPid = arena.allocate(8);
        Block initPid = arena.allocate(8);
        Program program = new Program(arena, host.arch());
        GuardedClone guarded = new GuardedClone(program, guards, keeperPidfd);
        RootFiles root = new RootFiles(
                image,
                hostImage,
                known.beneath(),
                own,
                host,
                hostMounts,
                plan.cgroup().directories(),
                guards);
        Program.Label first = new Program.Label();
        Program.Label second = new Program.Label();
        InitRows initRows = new InitRows(program, guarded, guards, appArmor);
        Optional<Filter> filter = filters.of(plan.spec(), false);
        int initFd = plan.withInit() ? init.descriptor(syscalls, host.arch()) : -1;
        int cgroupFd = plan.cgroup().bornIn().isPresent()
                ? syscalls.open(plan.cgroup().bornIn().get().toString(), Syscalls.O_PATH, 0)
                : -1;
        try {
            guarded.leaveRaisedDescriptors(
                    keeperPidfd, stage, plan.stdin(), plan.stdout(), plan.stderr(), keeperSocket, initFd);
            guarded.cloneFromCaller(cgroupFd < 0 ? 0 : CLONE_INTO_CGROUP, Math.max(cgroupFd, 0), firstPid, first);
            program.place(first);
            new FirstChildRows(program, guarded, syscalls).add(plan, root, stage, initPid, second);
            program.place(second);
            if (plan.withInit()) {
                initRows.addBelow(initFd, init.name(), plan.spec(), root, options(plan), filter, keeperSocket);
            } else {
                initRows.add(plan.spec(), root, options(plan), filter, keeperSocket);
            }
            program.run(syscalls.kernel());
            Reference.reachabilityFence(filter);
        } finally {
            if (cgroupFd >= 0) {
                syscalls.close(cgroupFd);
            }
        }
        int pid = Settlement.settle(
                syscalls,
                program,
                firstPid.getInt(0),
                initPid.getInt(0),
                () -> initRows.notExecuted(plan.spec().process()),
                "the container");
        weigh(pid, plan.spec().process());
        return new Launched(pid, initRows.startTimeTicks());
    }

    /** It has executed; where its score cannot be set it must not run on. */
    private void weigh(int pid, Spec.Process process) throws IOException, LaunchException {
        try {
            oomScore.apply(pid, process);
        } catch (LaunchException e) {
            syscalls.kill(pid, Syscalls.SIGKILL);
            syscalls.waitFor(pid);
            throw e;
        }
    }

    private SystemRows.Options options(ContainerPlan plan) throws LaunchException {
        return new SystemRows.Options(
                hasUserNamespace(plan),
                isHostNetwork(plan),
                plan.spec().root().readonly(),
                RootFiles.maskedPaths(plan.spec()),
                RootFiles.readOnlyPaths(plan.spec()),
                plan.spec().linux().devices(),
                plan.spec().linux().sysctl());
    }

    private static boolean hasUserNamespace(ContainerPlan plan) {
        return plan.sandbox().namespaces().hasUser();
    }

    private static boolean isHostNetwork(ContainerPlan plan) {
        return !Namespaces.isNew(plan.sandbox().namespaces().net());
    }
}
