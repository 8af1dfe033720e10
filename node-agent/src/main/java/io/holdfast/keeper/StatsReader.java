package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.cgroup.CgroupDriver;
import io.holdfast.keeper.cgroup.Stats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verb {@code stats}, and the checkpoints of what it tells. All of it on one thread. */
final class StatsReader {
    private static final Logger LOG = LoggerFactory.getLogger(StatsReader.class);

    /** How often a sandbox is read again because a container was forgotten in the middle of it. */
    private static final int MOST_READINGS = 3;

    private final Core core;
    private final NetworkCounters counters;
    private final ExecutorService thread;

    StatsReader(Core core, NetworkCounters counters, ExecutorService thread) {
        this.core = core;
        this.counters = counters;
        this.thread = thread;
    }

    ExecutorService thread() {
        return thread;
    }

    void start() {
        core.timer()
                .scheduleWithFixedDelay(
                        this::requestCheckpoint,
                        Limits.CHECKPOINT_MILLIS,
                        Limits.CHECKPOINT_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    Reply.Stats read(Request.Stats request) throws RefusedException, IOException {
        if (request.sandboxes().size() > Limits.MAX_SANDBOXES) {
            throw RefusedException.badRequest("sandboxes has more than %d entries", Limits.MAX_SANDBOXES);
        }
        for (String id : request.sandboxes()) {
            Checks.id("sandbox", id);
        }
        Map<Sandbox, List<Container>> asked = new LinkedHashMap<>();
        int containers = 0;
        Map<String, List<Container>> bySandbox = core.registry().containersBySandbox();
        for (Sandbox sandbox : core.registry().sandboxes()) {
            if (sandbox.state() != Sandbox.State.CREATING
                    && (request.sandboxes().isEmpty() || request.sandboxes().contains(sandbox.id()))) {
                List<Container> its = bySandbox.getOrDefault(sandbox.id(), List.of());
                asked.put(sandbox, its);
                containers += (int) its.stream().filter(Container::isLive).count();
            }
        }
        if (containers > Limits.MAX_STATS_CONTAINERS) {
            throw RefusedException.badRequest(
                    "%d running containers do not fit in one answer (%d): name some of the sandboxes",
                    containers, Limits.MAX_STATS_CONTAINERS);
        }
        Map<String, List<Reply.NetworkInterface>> network = network(asked.keySet());
        List<Reply.SandboxStats> items = new ArrayList<>();
        for (Map.Entry<Sandbox, List<Container>> entry : asked.entrySet()) {
            items.add(read(entry.getKey(), entry.getValue(), network));
        }
        return new Reply.Stats(core.clock().epochMillis(), items);
    }

    private Map<String, List<Reply.NetworkInterface>> network(Iterable<Sandbox> sandboxes) {
        Map<String, Path> pins = new LinkedHashMap<>();
        for (Sandbox sandbox : sandboxes) {
            if (sandbox.state() == Sandbox.State.READY
                    && !sandbox.record.network().equals("host")) {
                pins.put(sandbox.id(), core.layout().pins(sandbox.id()).resolve("net"));
            }
        }
        return counters.read(pins);
    }

    private Reply.SandboxStats read(
            Sandbox sandbox, List<Container> containers, Map<String, List<Reply.NetworkInterface>> network)
            throws IOException {
        for (int reading = 1; ; reading++) {
            // before the cgroups: what is gone from these since then is a line or in the sum by then, never both
            Account.Snapshot account = core.accounts().of(sandbox.id()).snapshot();
            Map<String, Reply.Usage> used = new HashMap<>(account.kept());
            List<Reply.ContainerStats> running = new ArrayList<>();
            boolean missed = false;
            for (Container container : containers) {
                if (container.state() == Container.State.STARTING || container.cleared.isDone()) {
                    continue;
                }
                Optional<Stats> stats = core.cgroups().stats(container.cgroup());
                String line = Accounts.line(container);
                if (stats.isPresent()) {
                    Reply.Usage usage = usage(stats.get());
                    used.merge(line, usage, Reply.Usage::max);
                    running.add(status(container.id(), usage, stats.get()));
                } else if (!used.containsKey(line)) {
                    missed = true;
                }
            }
            if (!missed || reading == MOST_READINGS) {
                Reply.Usage total = used.values().stream().reduce(account.removed(), Reply.Usage::plus);
                return new Reply.SandboxStats(
                        sandbox.id(), total, network.getOrDefault(sandbox.id(), account.network()), running);
            }
        }
    }

    private void requestCheckpoint() {
        try {
            thread.execute(this::checkpoint);
        } catch (RejectedExecutionException e) {
            LOG.debug("no checkpoint: the keeper is closing");
        }
    }

    /** What a power failure would forget, on disk; the next reading of the same lines replaces it. */
    void checkpoint() {
        Map<String, List<Container>> bySandbox = core.registry().containersBySandbox();
        Map<String, List<Reply.NetworkInterface>> network =
                network(core.registry().sandboxes());
        for (Sandbox sandbox : core.registry().sandboxes()) {
            if (sandbox.state() != Sandbox.State.READY) {
                continue;
            }
            try {
                Account account = core.accounts().of(sandbox.id());
                for (Container container : bySandbox.getOrDefault(sandbox.id(), List.of())) {
                    if (container.isLive()) {
                        core.cgroups()
                                .consumed(container.cgroup())
                                .ifPresent(used -> account.put(Accounts.line(container), Accounts.usage(used)));
                    }
                }
                Optional.ofNullable(network.get(sandbox.id())).ifPresent(account::network);
                account.write();
            } catch (IOException | RuntimeException e) {
                LOG.warn("account of sandbox {} is not on disk: {}", sandbox.id(), e.getMessage());
            }
        }
    }

    private static Reply.Usage usage(Stats stats) {
        return Accounts.usage(new CgroupDriver.Consumed(
                stats.cpu(), stats.io(), stats.memory().oomKills()));
    }

    private static Reply.ContainerStats status(String id, Reply.Usage usage, Stats stats) {
        Stats.Memory memory = stats.memory();
        return new Reply.ContainerStats(
                id,
                usage,
                new Reply.MemoryUse(
                        memory.currentBytes(),
                        memory.peakBytes(),
                        memory.limitBytes(),
                        memory.anonBytes(),
                        memory.cacheBytes(),
                        memory.swapBytes(),
                        memory.majorFaults()),
                new Reply.PidsUse(stats.pids().current(), stats.pids().limit()),
                pressure(stats.cpuPressure()),
                pressure(stats.memoryPressure()),
                pressure(stats.ioPressure()));
    }

    private static Reply.Pressure pressure(Stats.Pressure pressure) {
        return new Reply.Pressure(pressure.known(), stall(pressure.some()), stall(pressure.full()));
    }

    private static Reply.Stall stall(Stats.Stall stall) {
        return new Reply.Stall(stall.avg10(), stall.avg60(), stall.avg300(), stall.totalMicros());
    }
}
