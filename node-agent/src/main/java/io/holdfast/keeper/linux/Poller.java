package io.holdfast.keeper.linux;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that waits for many descriptors (poll(2)) and runs their handlers, one after another. Handlers must not block.
 * {@link #execute} and {@link #close} may be called from any thread; everything else from handlers and executed tasks only.
 */
public final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    /** After an error of poll itself, which is a fault: never spin. */
    private static final long FAULT_PAUSE_MILLIS = 100;

    private static final int ENTRY_BYTES = 8;

    /** What is done when a descriptor has an event. It stays in the poll until {@link Poller#forget}. */
    @FunctionalInterface
    public interface Handler {
        void ready(int events) throws Exception;
    }

    private record Watch(int events, Handler handler) {}

    private record Later(long atNanos, long order, Runnable task) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            int byTime = Long.compare(atNanos - other.atNanos, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Syscalls syscalls;
    private final Thread thread;
    private final int wakeFd;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Watch> watches = new LinkedHashMap<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>();
    private final Memory timeout = Memory.allocate(16);

    private List<Integer> polled = List.of();
    private List<Watch> polledAs = List.of();
    private Memory entries = Memory.allocate(ENTRY_BYTES);
    private boolean changed = true;
    private long order;
    private volatile boolean closed;

    public Poller(Syscalls syscalls, String threadName) throws ErrnoException {
        this.syscalls = syscalls;
        this.wakeFd = syscalls.eventfd();
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs a task on the poller's thread, soon. */
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /** Runs a task on the poller's thread after a delay. On the poller's thread only. */
    public void schedule(long delayMillis, Runnable task) {
        later.add(new Later(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis), order++, task));
    }

    /** Waits for input, hang-up or error on a descriptor. On the poller's thread only. */
    public void watch(int fd, Handler handler) {
        watch(fd, Syscalls.POLLIN, handler);
    }

    /**
     * As {@link #watch(int, Handler)}, for other events. Who wants none for a while must {@link #forget} the descriptor: hang-ups
     * are told always, and again and again.
     */
    public void watch(int fd, int events, Handler handler) {
        watches.put(fd, new Watch(events, handler));
        changed = true;
    }

    /** On the poller's thread only. */
    public boolean watches(int fd) {
        return watches.containsKey(fd);
    }

    /** Before the descriptor is closed. On the poller's thread only. */
    public void forget(int fd) {
        changed |= watches.remove(fd) != null;
    }

    /** Ends the thread; what is queued is dropped. Waits for it unless it is the caller. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        wake();
        if (Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void wake() {
        try {
            syscalls.eventfdAdd(wakeFd);
        } catch (ErrnoException e) {
            // EAGAIN: the counter is full, so the thread is being woken already; EBADF: it has ended
            LOG.trace("wake-up not needed: {}", e.getMessage());
        }
    }

    private void run() {
        while (!closed) {
            try {
                for (Runnable task = tasks.poll(); task != null && !closed; task = tasks.poll()) {
                    guarded(task::run);
                }
                while (!later.isEmpty() && later.peek().atNanos() - System.nanoTime() <= 0) {
                    guarded(later.poll().task()::run);
                }
                pollOnce();
            } catch (ErrnoException | RuntimeException e) {
                LOG.error("poll failed", e);
                pauseAfterFault();
            }
        }
        try {
            syscalls.close(wakeFd);
        } catch (ErrnoException e) {
            LOG.warn("cannot close the wake-up descriptor: {}", e.getMessage());
        }
    }

    private void pollOnce() throws ErrnoException {
        if (changed) {
            rebuild();
        }
        Object limit = 0;
        if (!later.isEmpty()) {
            long nanos = Math.max(0, later.peek().atNanos() - System.nanoTime());
            timeout.putLong(0, nanos / 1_000_000_000L);
            timeout.putLong(8, nanos % 1_000_000_000L);
            limit = timeout;
        }
        try {
            syscalls.kernel().call(Call.PPOLL, entries, polled.size(), limit, 0, 8);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EINTR) {
                return;
            }
            throw e;
        }
        List<Integer> current = polled;
        List<Watch> as = polledAs;
        Memory results = entries;
        for (int i = 0; i < current.size(); i++) {
            int events = results.getShort((long) i * ENTRY_BYTES + 6);
            if (events == 0) {
                continue;
            }
            int fd = current.get(i);
            if (fd == wakeFd) {
                syscalls.eventfdTake(wakeFd);
                continue;
            }
            Watch watch = watches.get(fd);
            // a handler before this one may have closed it, and opened another of the same number
            if (watch != null && watch == as.get(i)) {
                guarded(() -> watch.handler().ready(events));
            }
        }
    }

    private void rebuild() {
        List<Integer> fds = new ArrayList<>(watches.size() + 1);
        List<Watch> as = new ArrayList<>(watches.size() + 1);
        fds.add(wakeFd);
        as.add(new Watch(Syscalls.POLLIN, events -> {}));
        fds.addAll(watches.keySet());
        as.addAll(watches.values());
        Memory memory = Memory.allocate(fds.size() * ENTRY_BYTES);
        for (int i = 0; i < fds.size(); i++) {
            memory.putInt((long) i * ENTRY_BYTES, fds.get(i));
            memory.putShort((long) i * ENTRY_BYTES + 4, as.get(i).events());
        }
        polled = fds;
        polledAs = as;
        entries = memory;
        changed = false;
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void guarded(Work work) {
        try {
            work.run();
        } catch (Exception e) {
            LOG.error("a handler failed", e);
        }
    }

    private static void pauseAfterFault() {
        try {
            TimeUnit.MILLISECONDS.sleep(FAULT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
