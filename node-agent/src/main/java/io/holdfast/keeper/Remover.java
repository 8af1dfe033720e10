package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.TreeRemover;
import io.holdfast.keeper.log.LogStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verbs {@code remove-container} and {@code remove-sandbox}, and the undoing of what was half made. Blocks; on a work
 * thread. The record goes first: from then on a keeper that starts anew takes the rest for litter.
 */
final class Remover {
    private static final Logger LOG = LoggerFactory.getLogger(Remover.class);

    private final Core core;

    Remover(Core core) {
        this.core = core;
    }

    void remove(Request.RemoveContainer request) throws RefusedException, IOException {
        Checks.id("container", request.id());
        Container container;
        try {
            container = core.registry().container(request.id());
        } catch (RefusedException e) {
            return; // the wish is fulfilled
        }
        if (container.state() != Container.State.EXITED) {
            throw RefusedException.conflict("container %s still runs: stop it first", request.id());
        }
        await("its clearing", container.id(), container.cleared);
        forget(container);
    }

    void remove(Request.RemoveSandbox request) throws RefusedException, IOException {
        Checks.id("sandbox", request.id());
        Sandbox sandbox;
        try {
            sandbox = core.registry().sandbox(request.id());
        } catch (RefusedException e) {
            return;
        }
        remove(sandbox);
    }

    void remove(Sandbox sandbox) throws IOException {
        sandbox.state(Sandbox.State.REMOVING);
        // waits for starts under way; later ones find the state
        Lock life = sandbox.life.writeLock();
        life.lock();
        try {
            if (!core.registry().has(sandbox)) {
                return; // another removal was faster
            }
            core.cgroups().kill(sandbox.id());
            List<Container> containers = core.registry().containersOf(sandbox);
            for (Container container : containers) {
                await("its end", container.id(), container.cleared);
            }
            Files.deleteIfExists(core.layout().sandboxRecord(sandbox.id()));
            core.accounts().close(sandbox.id());
            for (Container container : containers) {
                forget(container);
            }
            clear(sandbox);
            for (Container container : containers) {
                // it is no more, and the answer is still to come: the place of these hooks in the specification
                Hooks.runAll(
                        container.record.spec().hooks().poststop(), "poststop", Hooks.state(container, "stopped", 0));
            }
        } finally {
            life.unlock();
        }
    }

    private void forget(Container container) throws IOException {
        core.accounts().keep(container);
        Files.deleteIfExists(core.layout().containerRecord(container.id()));
        clearData(container.id());
        core.accounts().fold(container);
        core.registry().remove(container);
    }

    private void clear(Sandbox sandbox) throws IOException {
        core.accounts().close(sandbox.id());
        clearSandbox(sandbox.id());
        core.registry().remove(sandbox);
        // last: only now does nothing on the host bear these ids any more
        boolean shared = core.registry().sandboxes().stream()
                .anyMatch(other -> other.record.userNamespace() && other.ids().equals(sandbox.ids()));
        if (sandbox.record.userNamespace() && !shared) {
            core.idRanges().release(sandbox.ids());
        }
    }

    /** All that a sandbox id can have left behind, whether or not it was ever complete. */
    void clearSandbox(String id) throws IOException {
        core.cgroups().kill(id);
        core.cgroups().remove(id);
        Path pins = core.layout().pins(id);
        if (Files.isDirectory(pins)) {
            try {
                core.launcher().removeSandbox(pins);
            } catch (LaunchException e) {
                throw new IOException("namespaces of sandbox %s: %s".formatted(id, e.getMessage()), e);
            }
        }
        TreeRemover.remove(core.layout().sandboxRun(id), core.syscalls());
        TreeRemover.remove(core.layout().sandboxData(id), core.syscalls());
    }

    /** All that a container id can have left behind in this sandbox. */
    void clearContainer(String sandbox, String id) throws IOException {
        String cgroup = sandbox + "/" + id;
        core.cgroups().kill(cgroup);
        core.cgroups().remove(cgroup);
        clearContainerFiles(id);
    }

    void clearContainerFiles(String id) throws IOException {
        TreeRemover.remove(core.layout().containerRun(id), core.syscalls());
        clearData(id);
    }

    private void clearData(String id) throws IOException {
        core.disks().lift(core.layout().root(id));
        TreeRemover.remove(core.layout().containerData(id), core.syscalls());
    }

    /** After a failed creation; what cannot be undone is logged, the failure itself is what the client hears. */
    void undo(Sandbox sandbox) {
        try {
            Files.deleteIfExists(core.layout().sandboxRecord(sandbox.id()));
            clear(sandbox);
        } catch (IOException e) {
            LOG.error("sandbox {} is half made and cannot be undone: {}", sandbox.id(), e.getMessage());
            core.registry().remove(sandbox);
        }
    }

    void undo(Container container) {
        try {
            Files.deleteIfExists(core.layout().containerRecord(container.id()));
            for (String name : List.of("stdout", "stderr")) {
                LogStream stream = container.log(name);
                if (stream != null) {
                    // before its directory goes: the drainer would still write there
                    await("the end of its " + name, container.id(), core.logs().finish(stream));
                }
            }
            clearContainer(container.record.sandbox(), container.id());
        } catch (IOException e) {
            LOG.error("container {} is half made and cannot be undone: {}", container.id(), e.getMessage());
        } finally {
            core.registry().remove(container);
        }
    }

    private static void await(String what, String id, Future<?> future) throws IOException {
        try {
            future.get(Limits.END_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "container %s: %s is not there after %d ms".formatted(id, what, Limits.END_WAIT_MILLIS), e);
        } catch (ExecutionException e) {
            throw new IOException("container %s: %s failed".formatted(id, what), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
