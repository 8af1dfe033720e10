package io.holdfast.keeper;

import io.holdfast.keeper.Records.PausedRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verbs {@code pause-container}, {@code resume-container}, {@code pause-sandbox} and {@code resume-sandbox}. Blocks for as long
 * as a freeze takes; on a work thread.
 *
 * <p>Containers are frozen one by one, also those of a sandbox: so each can still be stopped, which needs a thaw, without waking its
 * neighbours. That a container is paused stands in its cgroup alone, where it survives the keeper; that nothing may be started in a
 * sandbox has a record.
 */
final class Pauser {
    private static final Logger LOG = LoggerFactory.getLogger(Pauser.class);

    private final Core core;

    Pauser(Core core) {
        this.core = core;
    }

    Reply pause(Request.PauseContainer request) throws RefusedException, IOException {
        Checks.id("container", request.id());
        Container container = core.registry().container(request.id());
        if (!pause(container)) {
            throw RefusedException.conflict(
                    "container %s is %s: only what runs can be paused",
                    request.id(), container.status().state());
        }
        return new Reply.Done();
    }

    Reply resume(Request.ResumeContainer request) throws RefusedException, IOException {
        Checks.id("container", request.id());
        Container container = core.registry().container(request.id());
        Sandbox sandbox = core.registry().sandbox(container.record.sandbox());
        if (sandbox.paused() && container.state() == Container.State.PAUSED) {
            throw RefusedException.conflict(
                    "sandbox %s of container %s is paused: resume the sandbox", sandbox.id(), request.id());
        }
        if (!container.isLive()) {
            throw RefusedException.conflict("container %s has ended", request.id());
        }
        resume(container);
        return new Reply.Done();
    }

    Reply pause(Request.PauseSandbox request) throws RefusedException, IOException {
        Checks.id("sandbox", request.id());
        Sandbox sandbox = core.registry().sandbox(request.id());
        // waits for starts under way; later ones find it paused
        Lock life = sandbox.life.writeLock();
        life.lock();
        try {
            if (sandbox.state() != Sandbox.State.READY) {
                throw RefusedException.conflict(
                        "sandbox %s is being removed or did not outlive a reboot", request.id());
            }
            Records.write(core.layout().paused(sandbox.id()), new PausedRecord(core.bootId()));
            pauseAll(sandbox);
            sandbox.paused(true);
            return new Reply.Done();
        } finally {
            life.unlock();
        }
    }

    private void pauseAll(Sandbox sandbox) throws IOException {
        List<Container> frozen = new ArrayList<>();
        try {
            for (Container container : core.registry().containersOf(sandbox)) {
                if (container.state() == Container.State.RUNNING && pause(container)) {
                    frozen.add(container);
                }
            }
        } catch (IOException e) {
            for (Container container : frozen) {
                resume(container);
            }
            if (!sandbox.paused()) {
                Files.deleteIfExists(core.layout().paused(sandbox.id()));
            }
            throw e;
        }
    }

    Reply resume(Request.ResumeSandbox request) throws RefusedException, IOException {
        Checks.id("sandbox", request.id());
        Sandbox sandbox = core.registry().sandbox(request.id());
        Lock life = sandbox.life.writeLock();
        life.lock();
        try {
            for (Container container : core.registry().containersOf(sandbox)) {
                resume(container);
            }
            // last: a resume that is cut short is done again
            Files.deleteIfExists(core.layout().paused(sandbox.id()));
            sandbox.paused(false);
            return new Reply.Done();
        } finally {
            life.unlock();
        }
    }

    /** Whether it is paused now; false where it has ended or is told to end. */
    private boolean pause(Container container) throws IOException {
        Lock life = container.life.writeLock();
        life.lock();
        try {
            if (container.state() == Container.State.PAUSED) {
                return true;
            }
            if (container.state() != Container.State.RUNNING) {
                return false;
            }
            try {
                core.cgroups().freeze(container.cgroup());
            } catch (IOException e) {
                if (!container.isLive()) {
                    return false; // it ended, and its cgroup went with it
                }
                throw e;
            }
            if (container.paused()) {
                return true;
            }
            thaw(core, container);
            return false;
        } finally {
            life.unlock();
        }
    }

    private void resume(Container container) throws IOException {
        Lock life = container.life.writeLock();
        life.lock();
        try {
            if (container.state() == Container.State.PAUSED) {
                thaw(core, container);
                container.resumed();
            }
        } finally {
            life.unlock();
        }
    }

    /** Fine with one that has ended meanwhile, and whose cgroup went with it. */
    static void thaw(Core core, Container container) throws IOException {
        try {
            core.cgroups().thaw(container.cgroup());
        } catch (IOException e) {
            if (container.isLive()) {
                throw e;
            }
            LOG.debug("container {} ended while it was paused", container.id());
        }
    }
}
