package io.holdfast.keeper;

import io.holdfast.keeper.Records.ExitRecord;
import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.TreeRemover;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows when a container's first process has ended. */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    static final String OOM_KILLED = "oom-killed";
    static final String UNKNOWN = "exit status unknown";

    private final Core core;

    Endings(Core core) {
        this.core = core;
    }

    /** Hands it to the endings' threads. */
    void ended(Container container, Optional<ChildExit> status) {
        try {
            core.endings().execute(() -> conclude(container, status));
        } catch (RejectedExecutionException e) {
            // the keeper is closing; its successor finds the process gone and says what it knows
            LOG.info("container {} ended while the keeper closes", container.id());
        }
    }

    /**
     * In this order, so that a keeper that is killed in between leaves no doubt: nothing of it runs any more, its output is
     * in the files, its result on disk; then its status is taken from the kernel and it is told; then what it needed to run is cleared away.
     */
    void conclude(Container container, Optional<ChildExit> status) {
        boolean oomKilled = false;
        try {
            core.cgroups().kill(container.cgroup());
            oomKilled = core.cgroups().oomKills(container.cgroup()) > 0;
        } catch (IOException e) {
            LOG.warn("container {}: {}", container.id(), e.getMessage());
        }
        container.terminal().ifPresent(terminal -> await(container, terminal.finish()));
        List<CompletableFuture<Void>> moved = Stream.of("stdout", "stderr")
                .map(container::log)
                .filter(Objects::nonNull)
                .map(core.logs()::finish)
                .toList();
        moved.forEach(stream -> await(container, stream));
        Reply.Exit exit =
                exit(container.killReason(), status, oomKilled, core.clock().epochMillis());
        try {
            Records.write(
                    core.layout().exit(container.id()),
                    new ExitRecord(
                            exit,
                            container.process().startedAtMillis(),
                            core.accounts().settle(container)));
        } catch (IOException e) {
            LOG.error("the result of container {} is not on disk: {}", container.id(), e.getMessage());
        }
        reap(container);
        container.exited(exit, container.process());
        core.watchers().tell(new Event.Exited(container.id(), container.record.sandbox(), exit));
        clear(container);
    }

    private void reap(Container container) {
        if (container.takeZombie()) {
            try {
                core.syscalls().poll(container.process().pid());
            } catch (ErrnoException e) {
                LOG.warn("container {} stays a zombie: {}", container.id(), e.getMessage());
            }
        }
    }

    /** What an ended container no longer needs; its log and root stay until it is removed. */
    void clear(Container container) {
        try {
            core.cgroups().kill(container.cgroup());
            core.cgroups().remove(container.cgroup());
            TreeRemover.remove(core.layout().containerRun(container.id()), core.syscalls());
        } catch (IOException e) {
            LOG.warn("container {} is not cleared away: {}", container.id(), e.getMessage());
        }
        container.cleared.complete(null);
    }

    static Reply.Exit exit(String killReason, Optional<ChildExit> status, boolean oomKilled, long atMillis) {
        int signal = status.map(ChildExit::signal).orElse(0);
        int code = status.isPresent() && signal == 0 ? status.get().code() : -1;
        String reason = "";
        if (!killReason.isEmpty()) {
            reason = killReason;
        } else if (oomKilled && code != 0) {
            // one that lost a child to the limit and still ends well has not failed
            reason = OOM_KILLED;
        } else if (status.isEmpty()) {
            reason = UNKNOWN;
        }
        return new Reply.Exit(code, signal, oomKilled, status.isPresent(), reason, atMillis);
    }

    private static void await(Container container, CompletableFuture<Void> moved) {
        try {
            moved.get(Limits.LOG_FINISH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("the last output of container {} may be missing: {}", container.id(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
