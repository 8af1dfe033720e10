package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.ExactPlan;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.oci.Spec.Hook;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Opens the gate of a created container and listens to what comes of it. */
final class CreatedStart {
    private static final int EXECUTE_SECONDS = 10;
    private static final int CHUNK_BYTES = 64 << 10;

    private final Syscalls syscalls;

    CreatedStart(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    /** Makes the program that waits once more, to read what it reports. */
    interface Source {
        CreatedProgram make() throws LaunchException;
    }

    void start(Spec spec, ExactPlan exact, Source program) throws LaunchException {
        byte[] table;
        try {
            int report = syscalls.open(exact.report().toString(), Syscalls.O_RDONLY | Syscalls.O_NONBLOCK, 0);
            try {
                open(exact);
                table = await(report, timeoutMillis(spec.hooks().startContainer()));
            } finally {
                syscalls.close(report);
            }
        } catch (IOException e) {
            throw new LaunchException("start", e instanceof ErrnoException errno ? errno.errno() : 0, e.getMessage());
        }
        if (table.length > 0) {
            throw program.make().failure(table, spec.process());
        }
    }

    private void open(ExactPlan exact) throws ErrnoException {
        // without a reader, that is with a process that has ended, ENXIO
        int gate = syscalls.open(exact.gate().toString(), Syscalls.O_WRONLY | Syscalls.O_NONBLOCK, 0);
        try {
            syscalls.write(gate, new byte[] {1}, 0, 1);
        } finally {
            syscalls.close(gate);
        }
    }

    /** Nothing, and the end: the process has closed its side by executing, or was killed. */
    private byte[] await(int report, long timeoutMillis) throws IOException {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        long end = System.nanoTime() + timeoutMillis * 1_000_000;
        while (true) {
            int left = (int) Math.max(0, (end - System.nanoTime()) / 1_000_000);
            int events = syscalls.poll(List.of(new Pollable(report, Syscalls.POLLIN)), left)[0];
            if (events == 0 && left == 0) {
                throw new IOException("the program was not executed within " + timeoutMillis + " ms");
            }
            try {
                int n = events == 0 ? -1 : syscalls.read(report, chunk, 0, chunk.length);
                if (n == 0) {
                    return table.toByteArray();
                }
                table.write(chunk, 0, Math.max(n, 0));
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EAGAIN) {
                    throw e;
                }
            }
        }
    }

    private static long timeoutMillis(List<Hook> hooks) {
        long seconds = EXECUTE_SECONDS;
        for (Hook hook : hooks) {
            seconds += hook.timeout() > 0 ? hook.timeout() : HookRows.DEFAULT_TIMEOUT_SECONDS;
        }
        return seconds * 1000;
    }
}
