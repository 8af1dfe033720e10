package io.holdfast.keeper.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that waits for many descriptors (epoll(7), level-triggered) and runs their handlers, one after another. Handlers must not block.
 * {@link #execute} and {@link #close} may be called from any thread; everything else from handlers and executed tasks only.
 */
public final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    /** After an error of the wait itself, which is a fault: never spin. */
    private static final long FAULT_PAUSE_MILLIS = 100;

    /** Events taken at once; more wait for the next turn. */
    private static final int MAX_EVENTS = 64;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    /** What is done when a descriptor has an event. It is watched until {@link Poller#forget}. */
    @FunctionalInterface
    public interface Handler {
        void ready(int events) throws Exception;
    }

    /** @param number told with its events: a descriptor's number may be another's before all events of a turn are handled */
    private record Watch(int number, Handler handler) {}

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
    private final Map<Integer, Watch> watches = new HashMap<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>();
    private final int epoll;

    /** struct epoll_event: packed on x86-64 alone (linux/eventpoll.h). */
    private final int dataOffset = Arch.current() == Arch.X86_64 ? 4 : 8;

    private final int entryBytes = dataOffset + 8;
    private final Memory entry = Memory.allocate(entryBytes);
    private final Memory entries = Memory.allocate(MAX_EVENTS * entryBytes);
    private int nextNumber;
    private long order;
    private volatile boolean closed;

    public Poller(Syscalls syscalls, String threadName) throws ErrnoException {
        this.syscalls = syscalls;
        this.wakeFd = syscalls.eventfd();
        this.epoll = (int) syscalls.kernel().call(Call.EPOLL_CREATE1, EPOLL_CLOEXEC);
        watch(wakeFd, events -> syscalls.eventfdTake(wakeFd));
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
     *
     * @throws IllegalStateException for one that cannot be waited for, such as a file's
     */
    public void watch(int fd, int events, Handler handler) {
        Watch watch = new Watch(nextNumber++, handler);
        entry.putInt(0, events);
        entry.putInt(dataOffset, fd);
        entry.putInt(dataOffset + 4, watch.number());
        try {
            int change = watches.containsKey(fd) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
            syscalls.kernel().call(Call.EPOLL_CTL, epoll, change, fd, entry);
        } catch (ErrnoException e) {
            throw new IllegalStateException("descriptor %d cannot be waited for: %s".formatted(fd, e.getMessage()), e);
        }
        watches.put(fd, watch);
    }

    /** On the poller's thread only. */
    public boolean watches(int fd) {
        return watches.containsKey(fd);
    }

    /** Before the descriptor is closed. On the poller's thread only. */
    public void forget(int fd) {
        if (watches.remove(fd) != null) {
            try {
                syscalls.kernel().call(Call.EPOLL_CTL, epoll, EPOLL_CTL_DEL, fd, 0);
            } catch (ErrnoException e) {
                LOG.warn("descriptor {} was closed before it was forgotten: {}", fd, e.getMessage());
            }
        }
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
                LOG.error("the wait for descriptors failed", e);
                pauseAfterFault();
            }
        }
        try {
            syscalls.close(epoll);
            syscalls.close(wakeFd);
        } catch (ErrnoException e) {
            LOG.warn("cannot close the descriptors of a poller: {}", e.getMessage());
        }
    }

    private void pollOnce() throws ErrnoException {
        int count;
        try {
            count = (int) syscalls.kernel().call(Call.EPOLL_PWAIT, epoll, entries, MAX_EVENTS, waitMillis(), 0, 8);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EINTR) {
                return;
            }
            throw e;
        }
        for (int i = 0; i < count; i++) {
            int at = i * entryBytes;
            int events = entries.getInt(at);
            Watch watch = watches.get(entries.getInt(at + dataOffset));
            // a handler before this one may have closed it, and opened another of the same number
            if (watch != null && watch.number() == entries.getInt(at + dataOffset + 4)) {
                guarded(() -> watch.handler().ready(events));
            }
        }
    }

    /** Until the next of what is to be done later; -1 for no bound. */
    private int waitMillis() {
        if (later.isEmpty()) {
            return -1;
        }
        // rounded up: woken too early it would turn until the time has come
        long nanos = later.peek().atNanos() - System.nanoTime() + NANOS_PER_MILLI - 1;
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, nanos / NANOS_PER_MILLI));
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
