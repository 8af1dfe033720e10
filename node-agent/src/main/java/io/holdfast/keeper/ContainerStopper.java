package io.holdfast.keeper;

import io.holdfast.keeper.Records.StopRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verbs {@code signal-container} and {@code stop-container}. Neither blocks: the grace period holds no thread. */
final class ContainerStopper {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStopper.class);

    private final Core core;

    ContainerStopper(Core core) {
        this.core = core;
    }

    void signal(Request.SignalContainer request) throws RefusedException, IOException {
        Checks.id("container", request.id());
        Checks.signal(request.signal());
        Container container = core.registry().container(request.id());
        if (!send(container, request.signal())) {
            throw RefusedException.conflict("container %s has ended", request.id());
        }
        if (request.signal() == Syscalls.SIGKILL && container.state() == Container.State.PAUSED) {
            Pauser.thaw(core, container); // v1 holds back even this one
        }
    }

    /** Done when it has ended; at once where it had. */
    CompletableFuture<Reply> stop(Request.StopContainer request) throws RefusedException, IOException {
        Checks.id("container", request.id());
        Checks.signal(request.signal());
        Checks.between("graceMillis", request.graceMillis(), 0, Limits.MAX_GRACE_MILLIS);
        Container container = core.registry().container(request.id());
        boolean paused = container.stopping();
        long killAt = core.clock().bootNanos() + TimeUnit.MILLISECONDS.toNanos(request.graceMillis());
        // before the signal: what may end by itself from then on must be killed in time also by another keeper
        remember(core, container, killAt);
        if (request.graceMillis() > 0) {
            send(container, request.signal());
        }
        if (paused) {
            Pauser.thaw(core, container); // behind the signal, which is then the first that it learns of
        }
        killAt(container, killAt);
        return container.ended.thenApply(exit -> new Reply.Done());
    }

    /** Goes on with a stop that an earlier keeper began. */
    void resume(Container container, StopRecord stop) {
        if (stop.reason().isEmpty()) {
            container.stopping();
        } else {
            container.killedBecause(stop.reason());
        }
        container.killAt(stop.killAtBootNanos());
        killAt(container, stop.killAtBootNanos());
    }

    /** On disk, unless it has ended. */
    static void remember(Core core, Container container, long killAtBootNanos) throws IOException {
        // under its lock: once it is EXITED the directory goes
        synchronized (container) {
            if (container.isLive()) {
                Records.write(
                        core.layout().stop(container.id()),
                        new StopRecord(core.bootId(), container.killAt(killAtBootNanos), container.killReason()));
            }
        }
    }

    private void killAt(Container container, long bootNanos) {
        ScheduledFuture<?> killing = core.timer()
                .schedule(
                        () -> core.kills().execute(() -> kill(container)),
                        Math.max(0, bootNanos - core.clock().bootNanos()),
                        TimeUnit.NANOSECONDS);
        container.ended.thenRun(() -> killing.cancel(false));
    }

    private boolean send(Container container, int signal) throws ErrnoException {
        try {
            return container.signal(core.syscalls(), signal);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESRCH) {
                return false; // a zombie that the reaper has not come to yet
            }
            throw e;
        }
    }

    private void kill(Container container) {
        if (!container.isLive()) {
            return;
        }
        try {
            core.cgroups().kill(container.cgroup());
        } catch (IOException e) {
            LOG.error("container {} cannot be killed: {}", container.id(), e.getMessage());
        }
    }
}
