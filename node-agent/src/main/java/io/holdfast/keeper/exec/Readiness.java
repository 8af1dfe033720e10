package io.holdfast.keeper.exec;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when sockets of the JDK can be read or written. It moves no byte: who is told does, on its own thread. Each wish is granted
 * once. Thread-safe; one thread of its own.
 */
final class Readiness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Selector selector;
    private final Executor told;
    private final Thread thread;

    /** @param told where the answers are given */
    Readiness(Executor told, String threadName) throws IOException {
        this.selector = Selector.open();
        this.told = told;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /** One socket's wishes; they end with {@link Readiness#close(SocketChannel)}. */
    final class Wishes {
        private final SelectionKey key;

        private Wishes(SelectionKey key) {
            this.key = key;
        }

        /** @param operations of {@link SelectionKey} */
        void ask(int operations) {
            try {
                key.interestOpsOr(operations);
                selector.wakeup();
            } catch (CancelledKeyException e) {
                LOG.trace("closed meanwhile");
            }
        }
    }

    /** Also takes it out of the wait, where the JDK would keep the descriptor open until the next wake-up. */
    void close(SocketChannel channel) throws IOException {
        channel.close();
        selector.wakeup();
    }

    /** @param ready told the operations that are possible now */
    Wishes add(SocketChannel channel, IntConsumer ready) throws IOException {
        channel.configureBlocking(false);
        return new Wishes(channel.register(selector, 0, ready));
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                selector.select(this::granted);
            } catch (IOException e) {
                LOG.error("select failed", e);
            } catch (ClosedSelectorException e) {
                return;
            }
        }
    }

    private void granted(SelectionKey key) {
        try {
            int ready = key.readyOps();
            key.interestOpsAnd(~ready);
            told.execute(() -> ((IntConsumer) key.attachment()).accept(ready));
        } catch (CancelledKeyException e) {
            LOG.trace("closed meanwhile");
        }
    }

    /** With all sockets that are left. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
