package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.oci.State;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The verbs {@code start-created} and {@code container-state}. The first blocks; on a launch thread. */
final class CreatedStarter {
    private final Core core;

    CreatedStarter(Core core) {
        this.core = core;
    }

    Reply.Started start(Request.StartCreated request) throws RefusedException {
        Checks.id("container", request.id());
        Container container = exact(request.id());
        Sandbox sandbox = core.registry().sandbox(container.record.sandbox());
        // a second start must find the state that the first one leaves
        container.life.writeLock().lock();
        try {
            if (container.state() != Container.State.CREATED) {
                throw RefusedException.conflict(
                        "container %s is %s, not created: it cannot be started",
                        container.record.name(), state(container).status());
            }
            Spec spec = container.record.spec();
            State before = Hooks.state(container, "created", container.process().pid());
            Files.write(core.layout().state(container.id()), Hooks.json(before));
            core.launcher()
                    .start(
                            ContainerCreator.plan(core, sandbox, container, List.of()),
                            ContainerCreator.exact(core, container));
            container.started();
            Hooks.runAll(
                    spec.hooks().poststart(),
                    "poststart",
                    Hooks.state(container, "running", container.process().pid()));
            return new Reply.Started(
                    container.process().pid(), container.process().startedAtMillis());
        } catch (LaunchException | IOException e) {
            throw RefusedException.setUpFailed(e.getMessage());
        } finally {
            container.life.writeLock().unlock();
        }
    }

    Reply.OciState state(Request.ContainerState request) throws RefusedException {
        Checks.id("container", request.id());
        return new Reply.OciState(state(exact(request.id())));
    }

    private Container exact(String id) throws RefusedException {
        Container container = core.registry().container(id);
        if (!container.record.exact()) {
            throw RefusedException.conflict("container %s is one of a sandbox, not of an OCI bundle", id);
        }
        return container;
    }

    private static State state(Container container) {
        Container.State state = container.state();
        String status = switch (state) {
            case STARTING -> "creating";
            case CREATED -> "created";
            case PAUSED -> "paused";
            case RUNNING, STOPPING -> "running";
            case EXITED -> "stopped";
        };
        int pid = state == Container.State.EXITED ? 0 : container.process().pid();
        return Hooks.state(container, status, pid);
    }

    /** Whether its process is still at the gate, by the kernel's word: nobody else holds the other side of the FIFO. */
    static boolean waits(Core core, String id) {
        try {
            String gate = core.layout().gate(id).toString();
            core.syscalls().close(core.syscalls().open(gate, Syscalls.O_WRONLY | Syscalls.O_NONBLOCK, 0));
            return true;
        } catch (ErrnoException e) {
            return false; // ENXIO
        }
    }
}
