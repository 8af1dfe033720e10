package io.holdfast.keeper;

import io.holdfast.keeper.Records.ContainerRecord;
import io.holdfast.keeper.Records.ProcessRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.exec.Terminal;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.log.LogStream;
import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A container that is known to the keeper. Its state changes under its own lock. */
final class Container {
    private static final int NO_FD = -1;

    enum State {
        /** It is being set up; no client was told of it yet. */
        STARTING,
        /** All is made, and its process waits to be started. */
        CREATED,
        /** Its program has been executed. */
        RUNNING,
        /** Its cgroup is frozen. */
        PAUSED,
        /** It was told to end. */
        STOPPING,
        /** It has ended, and its result stands on disk. */
        EXITED;

        boolean mayBecome(State next) {
            return switch (this) {
                case STARTING -> next == CREATED || next == RUNNING || next == EXITED;
                case CREATED -> next == RUNNING || next == STOPPING || next == EXITED;
                case RUNNING -> next == PAUSED || next == STOPPING || next == EXITED;
                case PAUSED -> next == RUNNING || next == STOPPING || next == EXITED;
                case STOPPING -> next == EXITED;
                case EXITED -> false;
            };
        }
    }

    final ContainerRecord record;

    /** Launches into it share it, a pause has it alone: what joins a frozen cgroup would not come out of its launch. */
    final ReadWriteLock life = new ReentrantReadWriteLock();

    /** Done when it has ended and its result is recorded. */
    final CompletableFuture<Reply.Exit> ended = new CompletableFuture<>();

    /** Done when also its cgroup and run directory are gone. */
    final CompletableFuture<Void> cleared = new CompletableFuture<>();

    /** Held while its limits are changed. */
    final Object updating = new Object();

    private volatile Spec.Resources resources;
    private State state = State.STARTING;
    private ProcessRecord process = new ProcessRecord("", 0, 0, "", 0);
    private int pidfd = NO_FD;
    private Reply.Exit exit = Reply.Exit.NONE;
    private String killReason = "";
    private Optional<Terminal> terminal = Optional.empty();
    private long killAtBootNanos = Long.MAX_VALUE;
    private boolean zombie;
    private LogStream stdout;
    private LogStream stderr;

    Container(ContainerRecord record) {
        this.record = record;
        this.resources = limits(record.spec().linux().resources());
    }

    /** Those asked for, and the use of the devices that its specification gives it; an exact container has its own rules for them. */
    Spec.Resources limits(Spec.Resources asked) {
        List<Spec.Device> devices = record.spec().linux().devices();
        if (record.exact() || devices.isEmpty()) {
            return asked;
        }
        List<Spec.DeviceRule> rules = new ArrayList<>(asked.devices());
        for (Spec.Device device : devices) {
            if (!device.type().equals("p")) {
                String type = device.type().equals("b") ? "b" : "c";
                rules.add(new Spec.DeviceRule(true, type, device.major(), device.minor(), "rwm"));
            }
        }
        return new Spec.Resources(asked.memory(), asked.cpu(), asked.pids(), asked.blockIo(), rules, asked.unified());
    }

    /** The limits in force: those of its specification, until they were changed. */
    Spec.Resources resources() {
        return resources;
    }

    void resources(Spec.Resources changed) {
        resources = changed;
    }

    String id() {
        return record.id();
    }

    /** An exact container's own path, where it has one, lies below its sandbox's: nobody leaves the keeper's cgroup. */
    String cgroup() {
        String path = record.exact() ? record.spec().linux().cgroupsPath() : "";
        String below = path.startsWith("/") ? path.substring(1) : path;
        return record.sandbox() + "/" + (below.isEmpty() ? record.id() : below);
    }

    synchronized State state() {
        return state;
    }

    synchronized ProcessRecord process() {
        return process;
    }

    synchronized boolean isLive() {
        return state == State.CREATED || state == State.RUNNING || state == State.PAUSED || state == State.STOPPING;
    }

    synchronized void logs(LogStream stdout, LogStream stderr) {
        this.stdout = stdout;
        this.stderr = stderr;
    }

    synchronized LogStream log(String stream) {
        return stream.equals("stdout") ? stdout : stderr;
    }

    synchronized void created(ProcessRecord process, int pidfd) {
        this.process = process;
        this.pidfd = pidfd;
        become(State.CREATED);
    }

    /** Its program has been executed; false where it has ended or was told to meanwhile. */
    synchronized boolean started() {
        if (state == State.CREATED) {
            become(State.RUNNING);
        }
        return state == State.RUNNING;
    }

    synchronized void running(ProcessRecord process, int pidfd) {
        this.process = process;
        this.pidfd = pidfd;
        become(State.RUNNING);
    }

    /** Whether it was paused, and has to be thawed to learn of it. */
    synchronized boolean stopping() {
        boolean paused = state == State.PAUSED;
        if (paused || state == State.RUNNING || state == State.CREATED) {
            become(State.STOPPING);
        }
        return paused;
    }

    /** It has been frozen; false where it was told to end meanwhile. */
    synchronized boolean paused() {
        if (state == State.RUNNING) {
            become(State.PAUSED);
        }
        return state == State.PAUSED;
    }

    /** It has been thawed. */
    synchronized void resumed() {
        if (state == State.PAUSED) {
            become(State.RUNNING);
        }
    }

    /** Why the keeper kills it; the first reason stays. Whether this call gave it. */
    synchronized boolean killedBecause(String reason) {
        if (!killReason.isEmpty() || !isLive()) {
            return false;
        }
        killReason = reason;
        return true;
    }

    synchronized String killReason() {
        return killReason;
    }

    /** It is to be killed at this time of the boot-time clock, or earlier where that was said before. */
    synchronized long killAt(long bootNanos) {
        // compared as differences: the clock may be anything
        killAtBootNanos =
                killAtBootNanos == Long.MAX_VALUE || bootNanos - killAtBootNanos < 0 ? bootNanos : killAtBootNanos;
        return killAtBootNanos;
    }

    /** Its process, a child of the keeper, has ended, and its status is not taken yet. */
    synchronized void isZombie() {
        zombie = true;
    }

    /** @return whether its status is now the caller's to take */
    synchronized boolean takeZombie() {
        boolean was = zombie;
        zombie = false;
        return was;
    }

    /** Sends a signal to the first process; whether it was still there to get it. */
    synchronized boolean signal(Syscalls syscalls, int signal) throws ErrnoException {
        if (pidfd == NO_FD) {
            return false;
        }
        syscalls.pidfdSendSignal(pidfd, signal);
        return true;
    }

    /** Of the first process; the caller's to close. -1 where that has ended. */
    synchronized int duplicatePidfd(Syscalls syscalls) throws ErrnoException {
        return pidfd == NO_FD ? NO_FD : syscalls.duplicate(pidfd);
    }

    synchronized void terminal(Terminal terminal) {
        this.terminal = Optional.of(terminal);
    }

    /** Of its program; empty without one, and after the keeper that started it is gone. */
    synchronized Optional<Terminal> terminal() {
        return terminal;
    }

    /** The process is gone: its descriptor is the caller's to close, -1 for none. */
    synchronized int takePidfd() {
        int taken = pidfd;
        pidfd = NO_FD;
        return taken;
    }

    void exited(Reply.Exit exit, ProcessRecord process) {
        synchronized (this) {
            this.process = process;
            this.exit = exit;
            become(State.EXITED);
        }
        ended.complete(exit);
    }

    synchronized Reply.ContainerStatus status() {
        return new Reply.ContainerStatus(
                id(),
                record.sandbox(),
                word(state),
                state == State.EXITED ? 0 : process.pid(),
                process.startedAtMillis(),
                exit,
                record.annotations());
    }

    private static String word(State state) {
        return switch (state) {
            case CREATED -> "created";
            case STARTING, RUNNING -> "running";
            case PAUSED -> "paused";
            case STOPPING -> "stopping";
            case EXITED -> "exited";
        };
    }

    private void become(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("container %s cannot become %s from %s".formatted(id(), next, state));
        }
        state = next;
    }
}
