package io.holdfast.keeper;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the status of orphans. The keeper is a child subreaper: what a container without a pid namespace of its own leaves behind,
 * or a set-up that was cut short, becomes its child when its parent ends, and would stay a zombie.
 *
 * <p>Nobody can tell an orphan from a child whose own waiter has not come to it yet (a launch, the reaper, the JVM's processes), so
 * it takes what has been a zombie for several looks: counted, not timed, so that a keeper that was stopped for a while has not
 * waited by that. Children in mid-launch carry no exit signal and are not even seen.
 */
final class OrphanReaper {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanReaper.class);

    private record Zombie(int pid, long startTimeTicks) {}

    private final Core core;
    private final Syscalls syscalls;
    private final int self;

    /** How often each was seen. Only on the thread that looks. */
    private final Map<Zombie, Integer> seen = new HashMap<>();

    OrphanReaper(Core core) throws ErrnoException {
        this.core = core;
        this.syscalls = core.syscalls();
        this.self = syscalls.pid();
    }

    void start() {
        core.timer()
                .scheduleWithFixedDelay(
                        () -> core.reads().execute(this::look),
                        Limits.ORPHAN_LOOK_MILLIS,
                        Limits.ORPHAN_LOOK_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        try {
            if (!syscalls.hasZombie()) {
                seen.clear();
                return;
            }
            Set<Zombie> now = new HashSet<>();
            Set<Integer> owned = owned();
            for (int pid : ProcessTable.pids()) {
                ProcessTable.stat(pid)
                        .filter(stat -> stat.zombie() && stat.parent() == self && !owned.contains(pid))
                        .ifPresent(stat -> now.add(new Zombie(pid, stat.startTimeTicks())));
            }
            seen.keySet().retainAll(now);
            for (Zombie zombie : now) {
                if (seen.merge(zombie, 1, Integer::sum) >= Limits.ORPHAN_LOOKS) {
                    seen.remove(zombie);
                    syscalls.poll(zombie.pid()).ifPresent(status -> LOG.debug("orphan {} is reaped", status.pid()));
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("orphans could not be looked for: {}", e.toString());
        }
    }

    private Set<Integer> owned() {
        Set<Integer> pids = new HashSet<>();
        for (Sandbox sandbox : core.registry().sandboxes()) {
            for (Container container : core.registry().containersOf(sandbox)) {
                if (container.state() != Container.State.EXITED) {
                    pids.add(container.process().pid());
                }
            }
        }
        return pids;
    }
}
