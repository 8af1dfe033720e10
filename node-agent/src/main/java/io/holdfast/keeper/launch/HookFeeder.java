package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.Launcher.HostHooks;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec.Hook;
import io.holdfast.keeper.oci.Spec.Hooks;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the host's hooks of a creation while init waits with everything mounted: on a thread of its own, since the one that cloned
 * sleeps until init has executed. Nothing at all for a specification without such hooks.
 */
final class HookFeeder implements AutoCloseable {
    private static final int NONE = -1;
    private static final int WAIT_MILLIS = SandboxMaker.WAIT_MILLIS;

    private final HostHooks hooks;
    private final Block initPid;
    private final Syscalls syscalls;
    private final int reached;
    private final int go;
    private final int timeoutMillis;
    private final Thread thread;
    private volatile boolean over;
    private volatile IOException failure;

    private HookFeeder(HostHooks hooks, Block initPid, Syscalls syscalls, int reached, int go, int timeoutMillis) {
        this.hooks = hooks;
        this.initPid = initPid;
        this.syscalls = syscalls;
        this.reached = reached;
        this.go = go;
        this.timeoutMillis = timeoutMillis;
        thread = new Thread(this::feed, "hook-feeder");
        thread.setDaemon(true);
    }

    static HookFeeder open(HostHooks hooks, Hooks named, Block initPid, Syscalls syscalls) throws ErrnoException {
        List<Hook> all = Stream.of(named.prestart(), named.createRuntime(), named.createContainer())
                .flatMap(List::stream)
                .toList();
        if (all.isEmpty()) {
            return new HookFeeder(hooks, initPid, syscalls, NONE, NONE, 0);
        }
        int seconds = all.stream()
                .mapToInt(hook -> hook.timeout() > 0 ? hook.timeout() : HookRows.DEFAULT_TIMEOUT_SECONDS)
                .sum();
        int reached = syscalls.eventfd();
        return new HookFeeder(hooks, initPid, syscalls, reached, syscalls.eventfd(), seconds * 1000 + WAIT_MILLIS);
    }

    /** Rows of init: it is here, and goes on when told. */
    void addRows(Program program, GuardedClone guarded) {
        if (reached != NONE) {
            Block one = program.arena().allocate(8).putLong(0, 1);
            program.add(Call.WRITE, reached, one, 8);
            guarded.waitReadable(go, timeoutMillis, "the end of the host's hooks");
        }
    }

    void start() {
        if (reached != NONE) {
            thread.start();
        }
    }

    private void feed() {
        try {
            while (!over) {
                if (syscalls.poll(List.of(new Pollable(reached, Syscalls.POLLIN)), 100)[0] != 0) {
                    hooks.prepare(initPid.getInt(0));
                    syscalls.eventfdAdd(go);
                    return;
                }
            }
        } catch (IOException e) {
            failure = e;
            kill();
        } catch (RuntimeException e) {
            failure = new IOException(e);
            kill();
        }
    }

    private void kill() {
        try {
            syscalls.kill(initPid.getInt(0), Syscalls.SIGKILL);
        } catch (ErrnoException e) {
            failure.addSuppressed(e);
        }
    }

    /** The program has been walked. */
    void finish() {
        over = true;
        if (reached == NONE) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return the failure of a hook, null where none failed */
    IOException failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        over = true;
        if (reached != NONE) {
            syscalls.close(reached);
            syscalls.close(go);
        }
    }
}
