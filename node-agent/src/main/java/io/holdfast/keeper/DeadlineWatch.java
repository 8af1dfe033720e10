package io.holdfast.keeper;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills what must not outlive the lease. */
final class DeadlineWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);
    static final String REASON = "deadline-passed";

    private final Core core;

    DeadlineWatch(Core core) {
        this.core = core;
    }

    /** Compared again and again, not slept until: timers of the JVM stand still while the machine sleeps, the lease does not. */
    void start() {
        core.timer().scheduleWithFixedDelay(this::look, 0, Limits.DEADLINE_TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (!core.deadlines().passed()) {
                return;
            }
            for (Sandbox sandbox : core.registry().sandboxes()) {
                if (!sandbox.record.stopWhenDisconnected()) {
                    continue;
                }
                for (Container container : core.registry().containersOf(sandbox)) {
                    if (container.killedBecause(REASON)) {
                        LOG.warn("container {} is killed: its deadline has passed", container.id());
                        core.kills().execute(() -> kill(container));
                    }
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the deadlines could not be looked at", e);
        }
    }

    private void kill(Container container) {
        try {
            // the reason must outlive this keeper, too
            ContainerStopper.remember(core, container, core.clock().bootNanos());
        } catch (IOException e) {
            LOG.warn("why container {} is killed is not on disk: {}", container.id(), e.getMessage());
        }
        try {
            core.cgroups().kill(container.cgroup());
        } catch (IOException e) {
            LOG.error("container {} outlives its deadline: {}", container.id(), e.getMessage());
        }
    }
}
