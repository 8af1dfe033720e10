package io.holdfast.keeper.exec;

import io.holdfast.keeper.api.ExecFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's side of a session: {@link ExecFrames} in and out, without blocking. On the sessions' thread only. */
final class ClientSocket {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSocket.class);
    private static final int LENGTH_BYTES = 4;
    private static final int LAST_SIGNAL = 64;
    private static final int FIRST_BUFFER_BYTES = 1 << 10;

    /** What comes of it. */
    interface Owner {
        /**
         * @param data this frame's; not to be kept
         * @throws IOException for what is no frame of the protocol: the client is hung up on
         */
        void frame(int kind, ByteBuffer data) throws IOException;

        /** Everything sent so far is on its way: {@link ClientSocket#full} is false again. */
        void drained();

        /** The client has hung up, or was hung up on for its own fault. Not told after {@link ClientSocket#close}. */
        void gone();
    }

    /** How long a client may take to hang up that was told all. */
    static final long LINGER_MILLIS = 5_000;

    private final SocketChannel channel;
    private final Streams streams;
    private final Owner owner;
    private final Readiness.Wishes wishes;
    private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
    private ByteBuffer incoming = ByteBuffer.allocate(FIRST_BUFFER_BYTES);
    private boolean last;
    private boolean closed;

    ClientSocket(SocketChannel channel, Streams streams, Owner owner) throws IOException {
        this.channel = channel;
        this.streams = streams;
        this.owner = owner;
        this.wishes = streams.readiness.add(channel, this::ready);
        wishes.ask(SelectionKey.OP_READ);
    }

    record Size(int rows, int columns) {}

    /** @param data of a RESIZE frame */
    static Size size(ByteBuffer data) throws IOException {
        if (data.remaining() != 4) {
            throw new IOException("a resize has 4 bytes");
        }
        return new Size(Short.toUnsignedInt(data.getShort()), Short.toUnsignedInt(data.getShort()));
    }

    /** @param data of a SIGNAL frame */
    static int signal(ByteBuffer data) throws IOException {
        int signal = data.remaining() == 1 ? data.get() : 0;
        if (signal < 1 || signal > LAST_SIGNAL) {
            throw new IOException("signal %d is not between 1 and %d".formatted(signal, LAST_SIGNAL));
        }
        return signal;
    }

    /** Whether something waits for the client to read: the time to send no more than what is small and bounded. */
    boolean full() {
        return !outgoing.isEmpty();
    }

    void send(ByteBuffer frame) {
        if (closed || last) {
            return;
        }
        outgoing.add(frame);
        if (outgoing.size() == 1) {
            flush();
        }
    }

    /**
     * Nothing follows what was sent. It is the client that closes: to close on one that still writes would make its write fail, and
     * take from it what it has not read yet. What it writes now is for nobody.
     */
    void closeWhenSent() {
        last = true;
        if (outgoing.isEmpty()) {
            flush();
        }
    }

    void close() {
        closed = true;
        outgoing.clear();
        try {
            streams.readiness.close(channel);
        } catch (IOException e) {
            LOG.debug("closing a session: {}", e.getMessage());
        }
    }

    private void ready(int operations) {
        if (!closed && (operations & SelectionKey.OP_WRITE) != 0) {
            flush();
            if (!closed && !last && outgoing.isEmpty()) {
                owner.drained();
            }
        }
        if (!closed && (operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    private void flush() {
        try {
            while (!outgoing.isEmpty()) {
                channel.write(outgoing.peek());
                if (outgoing.peek().hasRemaining()) {
                    wishes.ask(SelectionKey.OP_WRITE);
                    return;
                }
                outgoing.poll();
            }
            if (last) {
                channel.shutdownOutput();
                // only from now on: a client that reads slowly gets all of it
                streams.poller.schedule(LINGER_MILLIS, this::close);
            }
        } catch (IOException e) {
            LOG.debug("a session's client is gone: {}", e.getMessage());
            lose();
        }
    }

    /** One read for each readiness, so that no client keeps the others waiting. */
    private void read() {
        try {
            int read = channel.read(incoming);
            if (read < 0) {
                lose();
                return;
            }
            incoming.flip();
            boolean more = true;
            while (more && !closed && !last) {
                more = frame();
            }
            if (last) {
                incoming.clear();
            } else {
                incoming.compact();
            }
            if (!closed) {
                wishes.ask(SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            LOG.debug("a session's client is hung up on: {}", e.getMessage());
            lose();
        }
    }

    /** Whether there was a whole one. */
    private boolean frame() throws IOException {
        if (incoming.remaining() < LENGTH_BYTES) {
            return false;
        }
        int length = incoming.getInt(incoming.position());
        if (length < 1 || length > 1 + ExecFrames.MAX_DATA_BYTES) {
            throw new IOException(
                    "a frame of %d bytes is not between 1 and %d".formatted(length, 1 + ExecFrames.MAX_DATA_BYTES));
        }
        if (incoming.remaining() < LENGTH_BYTES + length) {
            if (incoming.capacity() < LENGTH_BYTES + length) {
                incoming = ByteBuffer.allocate(ExecFrames.HEADER_BYTES + ExecFrames.MAX_DATA_BYTES)
                        .put(incoming)
                        .flip();
            }
            return false;
        }
        int kind = incoming.get(incoming.position() + LENGTH_BYTES);
        ByteBuffer data = incoming.slice(incoming.position() + ExecFrames.HEADER_BYTES, length - 1);
        incoming.position(incoming.position() + LENGTH_BYTES + length);
        owner.frame(kind, data);
        return true;
    }

    private void lose() {
        if (!closed) {
            close();
            owner.gone();
        }
    }
}
