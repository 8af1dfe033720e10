package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the counters of network namespaces that no process need be in. A network namespace is a thread's own matter (setns(2)): one
 * thread that does nothing else enters one after the other, reads {@code /proc/thread-self/net/dev} there, and returns. It makes no
 * thread and loads nothing of the keeper's meanwhile; should it be unable to return, it is given up and another takes its place.
 */
final class NetworkCounters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkCounters.class);
    private static final Path COUNTERS = Path.of("/proc/thread-self/net/dev");

    // proc(5), fields behind the interface's name
    private static final int RECEIVED_BYTES = 0;
    private static final int RECEIVED_PACKETS = 1;
    private static final int SENT_BYTES = 8;
    private static final int SENT_PACKETS = 9;

    private final Syscalls syscalls;
    private ExecutorService thread;

    NetworkCounters(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    /**
     * Blocks, bounded; not from two threads at once.
     *
     * @param pins the pinned namespace of each sandbox; one that is not there any more is left out of the answer
     */
    synchronized Map<String, List<Reply.NetworkInterface>> read(Map<String, Path> pins) {
        if (pins.isEmpty()) {
            return Map.of();
        }
        if (thread == null) {
            thread = Executors.newSingleThreadExecutor(task -> {
                Thread fresh = new Thread(task, "keeper-network");
                fresh.setDaemon(true);
                return fresh;
            });
        }
        CompletableFuture<Map<String, List<Reply.NetworkInterface>>> answer = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                answer.complete(readAll(pins));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(Limits.NETWORK_READ_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the network counters cannot be read", e);
            giveUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.of();
    }

    private Map<String, List<Reply.NetworkInterface>> readAll(Map<String, Path> pins) throws IOException {
        Map<String, List<Reply.NetworkInterface>> all = new HashMap<>();
        int home = syscalls.open("/proc/thread-self/ns/net", Syscalls.O_RDONLY, 0);
        try {
            for (Map.Entry<String, Path> pin : pins.entrySet()) {
                if (enter(pin.getValue())) {
                    all.put(pin.getKey(), parse(Files.readString(COUNTERS)));
                }
            }
        } finally {
            try {
                syscalls.enterNetwork(home);
            } finally {
                syscalls.close(home);
            }
        }
        return all;
    }

    /** False where the pin is not, or not any more, a network namespace: its sandbox is being removed. */
    private boolean enter(Path pin) {
        try {
            int fd = syscalls.open(pin.toString(), Syscalls.O_RDONLY, 0);
            try {
                syscalls.enterNetwork(fd);
                return true;
            } finally {
                syscalls.close(fd);
            }
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** The lines of {@code /proc/net/dev} below its two headings. */
    static List<Reply.NetworkInterface> parse(String text) {
        List<Reply.NetworkInterface> interfaces = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0 || line.indexOf('|') >= 0) {
                continue;
            }
            String[] fields = line.substring(colon + 1).strip().split("\\s+");
            interfaces.add(new Reply.NetworkInterface(
                    line.substring(0, colon).strip(),
                    Long.parseLong(fields[RECEIVED_BYTES]),
                    Long.parseLong(fields[RECEIVED_PACKETS]),
                    Long.parseLong(fields[SENT_BYTES]),
                    Long.parseLong(fields[SENT_PACKETS])));
        }
        return interfaces;
    }

    /** The next thread is made by a caller, which is at home. */
    private void giveUp() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }

    @Override
    public synchronized void close() {
        giveUp();
    }
}
