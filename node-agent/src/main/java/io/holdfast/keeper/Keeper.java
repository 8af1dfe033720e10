package io.holdfast.keeper;

import io.holdfast.keeper.Records.KeeperRecord;
import io.holdfast.keeper.cgroup.CgroupDriver;
import io.holdfast.keeper.cgroup.Cgroups;
import io.holdfast.keeper.cgroup.Host;
import io.holdfast.keeper.disk.DiskLimits;
import io.holdfast.keeper.exec.Streams;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.layer.LayerLimits;
import io.holdfast.keeper.layer.LayerStore;
import io.holdfast.keeper.linux.BpfDevicePrograms;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import io.holdfast.keeper.log.LogDrainer;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running keeper. {@link #close} ends the keeper and touches no container: the next one on the same directories adopts
 * them. {@link #closeAndRemoveAll} ends everything.
 */
public final class Keeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    static final String VERSION = "0.1.0";

    private final KeeperConfig config;
    private final Layout layout;
    private final IdClaims claims;
    private final Deque<AutoCloseable> open;
    private final Core core;
    private final Remover remover;
    private final SocketServer server;
    private volatile boolean closing;
    private boolean closed;

    private Keeper(
            KeeperConfig config,
            Layout layout,
            IdClaims claims,
            Deque<AutoCloseable> open,
            Core core,
            Remover remover,
            SocketServer server) {
        this.config = config;
        this.layout = layout;
        this.claims = claims;
        this.open = open;
        this.core = core;
        this.remover = remover;
        this.server = server;
    }

    /**
     * Starts a keeper: adopts what runs, clears what is half made, then listens.
     *
     * @return refused for what the node's owner can put right: a directory in use, a wrong policy, not being root
     * @throws IOException for faults of the host
     */
    public static Outcome<Keeper> start(KeeperConfig config) throws IOException {
        return start(config, Successor.NONE);
    }

    /**
     * As {@link #start(KeeperConfig)}, for a process that is nothing but this keeper: it may be replaced by its successor.
     */
    public static Outcome<Keeper> start(KeeperConfig config, Successor successor) throws IOException {
        return start(config, Launchers::open, IdClaims.SHARED, successor);
    }

    /**
     * Whether a keeper of this version could take over on these directories: the policy is right, the host will do, and every
     * record is of a format that it knows. Changes nothing, and may be asked while another keeper is at work.
     */
    public static Outcome<String> check(KeeperConfig config) throws IOException {
        Layout layout = layout(config);
        Outcome<Policy> policy = Policy.read(config.policyFile(), List.of(layout.data(), layout.run()));
        if (policy instanceof Outcome.Refused<Policy> wrong) {
            return Outcome.refused(wrong.errors());
        }
        try {
            HostCheck.require(new Syscalls(new JnrKernel()));
            Records.checkAll(layout);
            return Outcome.ok(VERSION);
        } catch (LaunchException | IOException e) {
            return refused(e.getMessage());
        }
    }

    /** Opens the launcher once the directories are the keeper's own. */
    interface LauncherSource {
        Launchers.Opened open(Path stateDirectory) throws LaunchException;
    }

    static Outcome<Keeper> start(KeeperConfig config, LauncherSource source, Path idClaims) throws IOException {
        return start(config, source, idClaims, Successor.NONE);
    }

    static Outcome<Keeper> start(KeeperConfig config, LauncherSource source, Path idClaims, Successor successor)
            throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            return refused("the keeper makes namespaces and cgroups and needs root: start it as root");
        }
        Layout layout = layout(config);
        Outcome<Policy> policy = Policy.read(config.policyFile(), List.of(layout.data(), layout.run()));
        if (policy instanceof Outcome.Refused<Policy> wrong) {
            return Outcome.refused(wrong.errors());
        }
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            return Outcome.ok(start(
                    config,
                    layout,
                    ((Outcome.Ok<Policy>) policy).value(),
                    source,
                    new IdClaims(idClaims),
                    successor,
                    open));
        } catch (RefusedException | LaunchException e) {
            closeAll(open);
            return refused(e.getMessage());
        } catch (IOException | RuntimeException e) {
            closeAll(open);
            throw e;
        }
    }

    private static Layout layout(KeeperConfig config) {
        return new Layout(config.dataDir().toAbsolutePath(), config.runDir().toAbsolutePath());
    }

    private static <T> Outcome<T> refused(String message) {
        return Outcome.refused(Rejected.of(ErrorCode.CONFLICT, message));
    }

    private static Keeper start(
            KeeperConfig config,
            Layout layout,
            Policy policy,
            LauncherSource source,
            IdClaims claims,
            Successor successor,
            Deque<AutoCloseable> open)
            throws IOException, RefusedException, LaunchException {
        makeDirectories(layout);
        String bootId = HostFacts.bootId();
        Syscalls early = new Syscalls(new JnrKernel());
        Handover handover = Handover.open(layout, bootId, early);
        Locks locks = new Locks(early, handover);
        open.push(locks);
        locks.take("data-dir", layout.data(), layout.data().resolve("lock"), true);
        locks.take("run-dir", layout.run(), layout.run().resolve("lock"), true);
        handover.forgetRecord();
        Launchers.Opened opened = source.open(layout.state());
        Syscalls syscalls = opened.syscalls();
        syscalls.becomeSubreaper();
        layout.spread(syscalls);
        CgroupDriver cgroups = Cgroups.open(
                config.cgroupParent(), Host.REAL, new BpfDevicePrograms(syscalls), pid -> kill(syscalls, pid));
        locks.take("cgroup-parent", Path.of(config.cgroupParent()), cgroups.lockFile(), false);

        KeeperClock clock = new SystemKeeperClock(syscalls);
        KeeperRecord ids = claims.claim(layout, config);
        LogDrainer logs = new LogDrainer(syscalls, clock::epochMillis);
        PipeHolder holder = new PipeHolder(layout, bootId, syscalls);
        open.push(() -> close(logs, handover, holder));
        Reaper reaper = new Reaper(syscalls);
        open.push(reaper);
        // closed before what learns of ends: its programs are part of their containers
        Streams streams = new Streams(syscalls);
        open.push(() -> close(streams, handover));
        ExecutorService launches = pool("keeper-launch", Limits.LAUNCH_THREADS);
        open.push(() -> finish(launches));
        ExecutorService work = pool("keeper-work", Limits.WORK_THREADS);
        open.push(() -> finish(work));
        ExecutorService kills = pool("keeper-kill", Limits.KILL_THREADS);
        open.push(kills::shutdownNow);
        ExecutorService reads = pool("keeper-read", Limits.READ_THREADS);
        open.push(reads::shutdownNow);
        ExecutorService ending = pool("keeper-end", Limits.ENDING_THREADS);
        open.push(() -> finish(ending));
        ScheduledExecutorService timer = timer();
        open.push(timer::shutdownNow);
        IdRanges idRanges = new IdRanges(ids.idRangeFirst(), ids.idRangeSize());
        Lulls lulls = new Lulls(work, timer);
        Spares spares = new Spares(layout.spares(), opened.launcher(), syscalls, idRanges, work, lulls);
        open.push(spares);
        Registry registry = new Registry();
        LayerStore layers = LayerStore.open(LayerStore.below(layout.state()), bootId, syscalls, LayerLimits.DEFAULT);
        Core core = new Core(
                layout,
                bootId,
                policy,
                clock,
                syscalls,
                opened.launcher(),
                cgroups,
                logs,
                new Blanks(layout.blanks(), opened.launcher(), syscalls, work, lulls),
                idRanges,
                spares,
                lulls,
                registry,
                new Watchers(),
                new Deadlines(layout.lease(), bootId, clock),
                launches,
                work,
                kills,
                reads,
                ending,
                timer,
                new Accounts(layout, cgroups),
                streams,
                new Layers(layers, registry, syscalls, work, timer),
                DiskLimits.of(layout.data(), syscalls));
        if (!core.disks().missing().isEmpty()) {
            LOG.warn(
                    "jobs that limit their disk cannot run here: {}",
                    core.disks().missing());
        }
        Endings endings = new Endings(core);
        Remover remover = new Remover(core);
        new Adoption(core, reaper, endings, remover, handover).run();
        core.layers().begin();
        new DeadlineWatch(core).start();
        new OrphanReaper(core).start();
        NetworkCounters counters = new NetworkCounters(syscalls);
        open.push(counters);
        ExecutorService accounting = pool("keeper-stats", 1);
        open.push(accounting::shutdownNow);
        StatsReader stats = new StatsReader(core, counters, accounting);
        stats.start();
        Dispatcher dispatcher =
                new Dispatcher(core, HostFacts.of(opened.host(), core), reaper, endings, remover, stats);
        CompletableFuture<Keeper> started = new CompletableFuture<>();
        Upgrade upgrade = new Upgrade(
                successor,
                layout,
                syscalls,
                handover,
                dispatcher.gate(),
                () -> started.join().closeForUpgrade(handover));
        SocketServer server =
                SocketServer.open(config.socket(), config.agentUser(), dispatcher, core, handover, upgrade);
        open.push(server);
        handover.closeRest();
        holder.release();
        LOG.info("keeper {} listens on {}, cgroups {}", VERSION, config.socket(), cgroups.mode());
        Keeper keeper = new Keeper(config, layout, claims, open, core, remover, server);
        started.complete(keeper);
        return keeper;
    }

    /** Programs beside the containers' own end with their clients' connections; the terminals of the containers' own do not. */
    private static void close(Streams streams, Handover handover) throws IOException {
        if (handover.isLeaving()) {
            streams.leave().forEach((container, fd) -> handover.leave(terminalOf(container), fd));
        }
        streams.close();
    }

    /** The name that a container's terminal is handed over by. */
    static String terminalOf(String container) {
        return "terminal " + container;
    }

    private static void close(LogDrainer logs, Handover handover, PipeHolder holder) {
        List<Integer> pipes = logs.leave();
        if (handover.isLeaving()) {
            pipes.forEach(fd -> handover.leave("pipe " + fd, fd));
        } else {
            holder.hold(pipes);
            handover.close(pipes);
        }
    }

    private static void makeDirectories(Layout layout) throws IOException, RefusedException {
        try {
            layout.make();
        } catch (IOException e) {
            throw RefusedException.conflict(
                    "data-dir %s and run-dir %s cannot be written: %s", layout.data(), layout.run(), e);
        }
    }

    private static void kill(Syscalls syscalls, int pid) {
        try {
            syscalls.kill(pid, Syscalls.SIGKILL);
        } catch (ErrnoException e) {
            LOG.debug("process {} is gone: {}", pid, e.getMessage());
        }
    }

    private static ExecutorService pool(String name, int threads) {
        return Executors.newFixedThreadPool(threads, named(name));
    }

    /** Lets what has begun come to its end; cut short, a launch would be left half made for the next keeper to clear. */
    private static void finish(ExecutorService threads) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(Limits.CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("work under way is cut short after {} ms", Limits.CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("keeper-timer"));
        // a stop that was not needed to kill leaves nothing behind for the rest of its grace
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    public KeeperConfig config() {
        return config;
    }

    /** All but what the new self needs open. */
    private synchronized boolean closeForUpgrade(Handover handover) {
        if (closed) {
            return false;
        }
        closed = true;
        handover.begin();
        closeAll(open);
        if (closing) {
            deleteSocket();
            LOG.info("the keeper is to end: it is not replaced");
            return false;
        }
        return true;
    }

    private void deleteSocket() {
        try {
            Files.deleteIfExists(config.socket());
        } catch (IOException e) {
            LOG.warn("socket {} is left behind: {}", config.socket(), e.getMessage());
        }
    }

    /** Ends the keeper; containers run on. Idempotent. */
    @Override
    public void close() {
        closing = true;
        closeOnce();
    }

    private synchronized void closeOnce() {
        if (!closed) {
            closed = true;
            closeAll(open);
            LOG.info("keeper closed; containers are untouched");
        }
    }

    /** Whether it has no sandbox: whoever ends it loses nothing by removing all. */
    public boolean isEmpty() {
        return core.registry().sandboxes().isEmpty();
    }

    /**
     * Takes no more requests, kills and removes every sandbox, and leaves no process, mount, cgroup or id claim behind. The
     * emptied directories stay: they are the caller's.
     */
    public void closeAndRemoveAll() throws IOException {
        closeAndRemoveAll(false);
    }

    /** As {@link #closeAndRemoveAll}, and the directories go, too, unless there is something in them that is not the keeper's. */
    public void closeAndForget() throws IOException {
        closeAndRemoveAll(true);
    }

    private synchronized void closeAndRemoveAll(boolean directories) throws IOException {
        if (closed) {
            return;
        }
        IOException failure = null;
        server.close();
        // a start under way would otherwise put a container into what is being emptied
        finish(core.launches());
        for (Sandbox sandbox : core.registry().sandboxes()) {
            try {
                remover.remove(sandbox);
            } catch (IOException e) {
                LOG.error("sandbox {} is not removed", sandbox.id(), e);
                failure = e;
            }
        }
        if (failure != null) {
            closeOnce();
            throw failure;
        }
        // all but the locks, which are the first: nobody else is to begin here before it is empty
        closeAll(open, 1);
        TreeRemover.remove(layout.blanks(), core.syscalls());
        core.cgroups().removeParent();
        claims.release(layout);
        if (directories) {
            layout.remove(core.syscalls());
        }
        closeOnce();
    }

    private static void closeAll(Deque<AutoCloseable> open) {
        closeAll(open, 0);
    }

    private static void closeAll(Deque<AutoCloseable> open, int left) {
        while (open.size() > left) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("closing: {}", e.toString());
            }
        }
    }
}
