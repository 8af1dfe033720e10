package io.holdfast.keeper;

import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Wire;
import io.holdfast.keeper.exec.PendingStream;
import io.holdfast.keeper.layer.DiffId;
import io.holdfast.keeper.layer.LayerRefusedException;
import io.holdfast.keeper.layer.LayerStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One layer on its way: from the client's socket into the store, on the connection's own thread. Whatever ends it early, the client's
 * death or the keeper's, ends the tar early, and what was unpacked is not what was promised: nothing of it stays.
 */
final class LayerReceiver implements PendingStream {
    private static final Logger LOG = LoggerFactory.getLogger(LayerReceiver.class);

    private final LayerStore store;
    private final DiffId id;
    private final Runnable onEnd;

    private LayerReceiver(LayerStore store, DiffId id, Runnable onEnd) {
        this.store = store;
        this.id = id;
        this.onEnd = onEnd;
    }

    /** @param onEnd called once, whatever becomes of it */
    static PendingStream of(LayerStore store, DiffId id, Runnable onEnd) {
        return new LayerReceiver(store, id, onEnd);
    }

    /** For a layer that nobody needs to send. */
    static PendingStream there() {
        return new PendingStream() {
            @Override
            public Reply reply() {
                return new Reply.LayerAwaited(true);
            }

            @Override
            public void begin(SocketChannel channel) throws IOException {
                channel.close();
            }

            @Override
            public void abandon() {}
        };
    }

    @Override
    public Reply reply() {
        return new Reply.LayerAwaited(false);
    }

    @Override
    public void begin(SocketChannel channel) throws IOException {
        try (channel) {
            byte[] answer;
            try {
                store.put(id, Channels.newInputStream(channel));
                answer = Wire.answer(0, new Reply.Done());
            } catch (LayerRefusedException e) {
                LOG.warn("{}", e.getMessage());
                answer = Wire.failure(0, new KeeperError("bad-request", e.getMessage()));
            } catch (IOException e) {
                LOG.warn("layer {} was not received: {}", id.text(), e.getMessage());
                answer = Wire.failure(0, new KeeperError("set-up-failed", e.getMessage()));
            }
            ByteBuffer frame = ByteBuffer.allocate(4 + answer.length)
                    .putInt(answer.length)
                    .put(answer)
                    .flip();
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } finally {
            onEnd.run();
        }
    }

    @Override
    public void abandon() {
        onEnd.run();
    }
}
