package io.holdfast.keeper;

import io.holdfast.keeper.Records.ContainerRecord;
import io.holdfast.keeper.Records.ProcessRecord;
import io.holdfast.keeper.Records.SandboxRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.ContainerPlan;
import io.holdfast.keeper.linux.Launcher.ExactPlan;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.log.LogDrainer;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.oci.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The verb {@code create-container}: a sandbox and its one container by an OCI configuration that is taken as it stands, up to the
 * point where its process waits. Blocks; on a launch thread.
 */
final class ContainerCreator {
    private static final int FIFO_MODE = 0600;
    private static final int STANDARD = 3;

    private final Core core;
    private final SandboxCreator sandboxes;
    private final ContainerStarter starter;
    private final Remover remover;

    ContainerCreator(Core core, SandboxCreator sandboxes, ContainerStarter starter, Remover remover) {
        this.core = core;
        this.sandboxes = sandboxes;
        this.starter = starter;
        this.remover = remover;
    }

    Reply.Started create(Request.CreateContainer asked) throws RefusedException, IOException {
        core.policy().checkExact();
        Request.CreateContainer request = Checks.create(asked);
        ContainerUpdater.refuseWhatTheHostLacks(
                core, "linux.resources", request.spec().linux().resources());
        Path rootfs =
                Path.of(request.bundle()).resolve(request.spec().root().path()).normalize();
        if (core.registry().hasSandbox(request.id())) {
            // the registry would name it by an id that its client does not know
            throw RefusedException.conflict("container %s is there already", request.name());
        }
        Sandbox sandbox = new Sandbox(sandboxRecord(request), Sandbox.State.CREATING);
        core.registry().add(sandbox);
        sandboxes.makeOrUndo(sandbox, Optional.empty());
        Container container = new Container(new ContainerRecord(
                request.id(),
                request.id(),
                rootfs.toString(),
                request.spec(),
                request.logMaxBytes(),
                request.annotations(),
                core.bootId(),
                request.name(),
                request.bundle(),
                request.consoleSocket(),
                request.stdio().pid() != 0));
        List<Integer> descriptors = new ArrayList<>();
        boolean made = false;
        try {
            core.registry().add(container);
            ProcessRecord process = launch(sandbox, container, request.stdio(), descriptors);
            made = true;
            return new Reply.Started(process.pid(), process.startedAtMillis());
        } catch (LaunchException | IOException e) {
            throw RefusedException.setUpFailed(e.getMessage());
        } finally {
            starter.close(descriptors);
            if (!made) {
                remover.undo(container);
                remover.undo(sandbox);
                Hooks.runAll(request.spec().hooks().poststop(), "poststop", Hooks.state(container, "stopped", 0));
            }
        }
    }

    private SandboxRecord sandboxRecord(Request.CreateContainer request) {
        Map<String, String> byType = new TreeMap<>();
        for (Spec.Namespace namespace : request.spec().linux().namespaces()) {
            byType.put(shortName(namespace.type()), namespace.path().isEmpty() ? Namespaces.NEW : namespace.path());
        }
        for (String type : Namespaces.TYPES) {
            byType.putIfAbsent(type, Namespaces.HOST);
        }
        boolean ownUser = byType.get("user").equals(Namespaces.NEW);
        return new SandboxRecord(
                request.id(),
                "",
                byType.get("net").equals(Namespaces.HOST) ? "host" : "private",
                false,
                0,
                false,
                request.annotations(),
                core.bootId(),
                byType,
                ownUser ? request.spec().linux().uidMappings() : List.of(),
                ownUser ? request.spec().linux().gidMappings() : List.of());
    }

    private static String shortName(String type) {
        return switch (type) {
            case "network" -> "net";
            case "mount" -> "mnt";
            default -> type;
        };
    }

    private ProcessRecord launch(Sandbox sandbox, Container container, Request.Stdio stdio, List<Integer> descriptors)
            throws IOException, LaunchException {
        Layout layout = core.layout();
        String id = container.id();
        Files.createDirectories(layout.containerData(id));
        Records.write(layout.containerRecord(id), container.record);
        Files.createDirectory(layout.logs(id));
        Files.createDirectory(layout.root(id));
        Files.createDirectories(layout.containerRun(id));
        core.syscalls().mkfifo(layout.gate(id).toString(), FIFO_MODE, 0, 0);
        core.syscalls().mkfifo(layout.report(id).toString(), FIFO_MODE, 0, 0);
        Files.write(layout.state(id), new byte[0]);
        if (stdio.pid() != 0) {
            take(stdio.pid(), descriptors);
        } else {
            openLogs(sandbox, container, descriptors);
        }
        core.cgroups()
                .create(container.cgroup(), container.record.spec().linux().resources());
        ContainerPlan plan = plan(core, sandbox, container, descriptors);
        return starter.keepCreated(container, core.launcher().create(plan, exact(core, container)));
    }

    /** The client's own open files, as by dup(2): pidfd_getfd(2), Linux 5.6. */
    private void take(int pid, List<Integer> descriptors) throws IOException {
        Syscalls syscalls = core.syscalls();
        int pidfd = syscalls.pidfdOpen(pid);
        try {
            for (int fd = 0; fd < STANDARD; fd++) {
                descriptors.add(takeOrNothing(pidfd, fd));
            }
        } finally {
            syscalls.close(pidfd);
        }
    }

    /** A client without, say, an input has none to hand on: the container reads from nothing then. */
    private int takeOrNothing(int pidfd, int fd) throws IOException {
        try {
            return (int) core.syscalls().kernel().call(Call.PIDFD_GETFD, pidfd, fd, 0);
        } catch (ErrnoException e) {
            if (e.errno() == io.holdfast.keeper.linux.Errno.EBADF) {
                return core.syscalls().open("/dev/null", Syscalls.O_RDWR, 0);
            }
            throw e;
        }
    }

    private void openLogs(Sandbox sandbox, Container container, List<Integer> descriptors) throws IOException {
        descriptors.add(core.syscalls().open("/dev/null", Syscalls.O_RDONLY, 0));
        LogDrainer.Opened stdout = starter.openLog(sandbox, container, "stdout");
        descriptors.add(stdout.containerFd());
        container.logs(stdout.stream(), null);
        LogDrainer.Opened stderr = starter.openLog(sandbox, container, "stderr");
        descriptors.add(stderr.containerFd());
        container.logs(stdout.stream(), stderr.stream());
    }

    /** @param descriptors the three standard ones, none for a container that is there already */
    static ContainerPlan plan(Core core, Sandbox sandbox, Container container, List<Integer> descriptors) {
        return new ContainerPlan(
                SandboxCreator.plan(core, sandbox),
                container.record.spec(),
                container.record.rootfs(),
                core.layout().root(container.id()),
                core.cgroups().join(container.cgroup()),
                descriptors.isEmpty() ? -1 : descriptors.get(0),
                descriptors.isEmpty() ? -1 : descriptors.get(1),
                descriptors.isEmpty() ? -1 : descriptors.get(2));
    }

    static ExactPlan exact(Core core, Container container) {
        Layout layout = core.layout();
        String id = container.id();
        Spec.Hooks hooks = container.record.spec().hooks();
        return new ExactPlan(
                layout.gate(id),
                layout.report(id),
                layout.state(id),
                Path.of(container.record.consoleSocket()),
                pid -> {
                    State state = Hooks.state(container, "creating", pid);
                    Files.write(layout.state(id), Hooks.json(state));
                    Hooks.run(hooks.prestart(), "prestart", state);
                    Hooks.run(hooks.createRuntime(), "createRuntime", state);
                });
    }
}
