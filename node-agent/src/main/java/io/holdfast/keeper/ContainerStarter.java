package io.holdfast.keeper;

import io.holdfast.keeper.Records.ContainerRecord;
import io.holdfast.keeper.Records.ProcessRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.exec.Terminal;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Launcher.ContainerPlan;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.log.LogDrainer;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verb {@code start-container}. Blocks until the program has been executed; on a launch thread. */
final class ContainerStarter {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStarter.class);

    private final Core core;
    private final Reaper reaper;
    private final Endings endings;
    private final Remover remover;

    ContainerStarter(Core core, Reaper reaper, Endings endings, Remover remover) {
        this.core = core;
        this.reaper = reaper;
        this.endings = endings;
        this.remover = remover;
    }

    Reply.Started start(Request.StartContainer given) throws RefusedException, IOException {
        Request.StartContainer request = Checks.container(given);
        String rootfs = Layers.areNamed(request.rootfs())
                ? core.layers().checkedRoot(request.rootfs())
                : core.policy().checkedRoot(request.rootfs());
        Spec asked = HostDevices.give(request.spec(), request.hostDevices());
        core.policy().rights().check(asked);
        Spec checked = asked.withMounts(core.policy().checkedMounts(asked.mounts()));
        core.policy().checkDevices(checked.linux().resources().devices());
        ContainerUpdater.refuseWhatTheHostLacks(
                core, "spec.linux.resources", checked.linux().resources());
        if (request.init() && core.launcher().init().name().isEmpty()) {
            throw RefusedException.unsupported(
                    "init: %s", core.launcher().init().missing());
        }
        if (request.diskBytes() != 0 && !core.disks().missing().isEmpty()) {
            throw RefusedException.unsupported(
                    "diskBytes: this node cannot limit disks: %s", core.disks().missing());
        }
        Sandbox sandbox = core.registry().sandbox(request.sandbox());
        Checks.rights(checked, sandbox.namespaces());
        Spec spec = withNumbers(rootfs, checked);
        Lock life = sandbox.life.readLock();
        life.lock();
        try {
            if (sandbox.state() != Sandbox.State.READY) {
                throw RefusedException.conflict(
                        "sandbox %s %s",
                        sandbox.id(),
                        sandbox.state() == Sandbox.State.VOID
                                ? "did not outlive the host's reboot: remove it and make a new one"
                                : "is being removed");
            }
            if (sandbox.paused()) {
                throw RefusedException.conflict("sandbox %s is paused: resume it first", sandbox.id());
            }
            if (sandbox.record.stopWhenDisconnected()) {
                core.deadlines().admit();
            }
            Container container = new Container(new ContainerRecord(
                    request.id(),
                    request.sandbox(),
                    rootfs,
                    spec,
                    request.logMaxBytes(),
                    request.annotations(),
                    core.bootId()));
            core.layers().register(container);
            return start(sandbox, container, request);
        } finally {
            life.unlock();
        }
    }

    /** The record says who a user name stood for, and where its home is; an image that changes later changes nothing. */
    private Spec withNumbers(String rootfs, Spec spec) throws RefusedException {
        Spec.Process process = spec.process();
        try {
            Launcher.KnownUser known = core.launcher().resolveUser(rootfs, process.user());
            Spec.Process resolved = process.withUser(known.user());
            boolean homeless = !known.home().isEmpty() && process.env().stream().noneMatch(e -> e.startsWith("HOME="));
            return spec.withProcess(homeless ? resolved.withEnv("HOME=" + known.home()) : resolved);
        } catch (LaunchException e) {
            throw RefusedException.badRequest("spec.%s", e.getMessage());
        }
    }

    private Reply.Started start(Sandbox sandbox, Container container, Request.StartContainer request)
            throws RefusedException {
        List<Integer> descriptors = new ArrayList<>();
        try {
            ProcessRecord process = launch(sandbox, container, request, descriptors);
            return new Reply.Started(process.pid(), process.startedAtMillis());
        } catch (LaunchException | IOException e) {
            close(descriptors);
            remover.undo(container);
            throw RefusedException.setUpFailed(e.getMessage());
        } catch (RuntimeException e) {
            close(descriptors);
            remover.undo(container);
            throw e;
        }
    }

    private ProcessRecord launch(
            Sandbox sandbox, Container container, Request.StartContainer request, List<Integer> descriptors)
            throws IOException, LaunchException {
        Layout layout = core.layout();
        Syscalls syscalls = core.syscalls();
        String id = container.id();
        ContainerRecord record = container.record;
        core.blanks().become(layout.containerData(id));
        Records.write(layout.containerRecord(id), record);
        Files.createDirectories(layout.containerRun(id));
        LogDrainer.Opened stdout = openLog(sandbox, container, "stdout");
        descriptors.add(stdout.containerFd());
        container.logs(stdout.stream(), null);
        LogDrainer.Opened stderr = openLog(sandbox, container, "stderr");
        descriptors.add(stderr.containerFd());
        container.logs(stdout.stream(), stderr.stream());
        boolean terminal = record.spec().process().terminal();
        // with a terminal all three are nothing until that takes their places; what is said on it goes into stdout's
        // FIFO
        int stdin = syscalls.open("/dev/null", terminal ? Syscalls.O_RDWR : Syscalls.O_RDONLY, 0);
        descriptors.add(stdin);
        core.cgroups().create(container.cgroup(), container.resources());
        Launched launched = launch(
                new ContainerPlan(
                        SandboxCreator.plan(core, sandbox),
                        record.spec(),
                        record.rootfs(),
                        layout.root(id),
                        core.cgroups().join(container.cgroup()),
                        stdin,
                        terminal ? stdin : stdout.containerFd(),
                        terminal ? stdin : stderr.containerFd(),
                        request.init(),
                        core.layers().meant(record.rootfs())),
                request.diskBytes());
        // it is a child that nobody reaps but us, so its number cannot have been given away yet
        int pidfd = syscalls.raise(syscalls.pidfdOpen(launched.pid()));
        try {
            ProcessRecord process = new ProcessRecord(
                    core.bootId(),
                    launched.pid(),
                    launched.startTimeTicks(),
                    container.cgroup(),
                    core.clock().epochMillis());
            Records.write(layout.process(id), process);
            if (terminal) {
                container.terminal(terminal(id, launched, stdout, descriptors));
            }
            close(descriptors);
            container.running(process, pidfd);
            reaper.watch(container, pidfd, status -> endings.ended(container, status));
            return process;
        } catch (IOException | RuntimeException e) {
            reapUnwatched(launched.pid(), pidfd);
            throw e;
        }
    }

    private Launched launch(ContainerPlan plan, long diskBytes) throws IOException, LaunchException {
        if (diskBytes == 0) {
            return core.launcher().launch(plan);
        }
        try {
            core.disks().impose(plan.workDirectory(), diskBytes);
            return core.launcher().launch(plan);
        } finally {
            core.disks().settle(plan.workDirectory());
        }
    }

    private Terminal terminal(String id, Launched launched, LogDrainer.Opened stdout, List<Integer> descriptors)
            throws ErrnoException {
        core.syscalls().setNonBlocking(stdout.containerFd());
        Terminal terminal = core.streams().terminal(id, launched.terminal(), stdout.containerFd());
        descriptors.remove((Integer) stdout.containerFd());
        return terminal;
    }

    /** Not executed by a start but made to wait: see {@link ContainerCreator}. */
    ProcessRecord keepCreated(Container container, Launched launched) throws IOException {
        int pidfd = core.syscalls().raise(core.syscalls().pidfdOpen(launched.pid()));
        try {
            ProcessRecord process = new ProcessRecord(
                    core.bootId(),
                    launched.pid(),
                    launched.startTimeTicks(),
                    container.cgroup(),
                    core.clock().epochMillis());
            Records.write(core.layout().process(container.id()), process);
            container.created(process, pidfd);
            reaper.watch(container, pidfd, status -> endings.ended(container, status));
            return process;
        } catch (IOException | RuntimeException e) {
            reapUnwatched(launched.pid(), pidfd);
            throw e;
        }
    }

    LogDrainer.Opened openLog(Sandbox sandbox, Container container, String stream) throws IOException {
        Spec.User user = container.record.spec().process().user();
        int first = sandbox.ids().first();
        return core.logs().create(place(core, container, stream), first + user.uid(), first + user.gid());
    }

    static LogDrainer.Place place(Core core, Container container, String stream) {
        return new LogDrainer.Place(
                core.layout().fifo(container.id(), stream),
                core.layout().logs(container.id()),
                stream,
                container.record.logMaxBytes());
    }

    /** It was executed, but cannot be kept: what the reaper would do, here. */
    private void reapUnwatched(int pid, int pidfd) {
        try {
            core.syscalls().pidfdSendSignal(pidfd, Syscalls.SIGKILL);
            core.syscalls().waitFor(pid);
            core.syscalls().close(pidfd);
        } catch (ErrnoException e) {
            LOG.warn("process {} of a failed start: {}", pid, e.getMessage());
        }
    }

    void close(List<Integer> descriptors) {
        for (int fd : descriptors) {
            try {
                core.syscalls().close(fd);
            } catch (ErrnoException e) {
                LOG.warn("cannot close a descriptor: {}", e.getMessage());
            }
        }
        descriptors.clear();
    }
}
