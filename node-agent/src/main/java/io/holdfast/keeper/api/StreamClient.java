package io.holdfast.keeper.api;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A client of one exec or attach that blocks: for tools, tests and measurements. One thread may read while others write. It asks for
 * no credit itself: who gives more input than the program reads blocks until the reading thread has seen the credit.
 */
public final class StreamClient implements AutoCloseable {
    private final SocketChannel channel;
    private final Object writing = new Object();
    private final Object crediting = new Object();
    private int pid;
    private long creditBytes;
    private boolean over;

    /** @param kind of {@link ExecFrames} */
    public record Told(int kind, byte[] data) {}

    private StreamClient(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects, says hello and asks.
     *
     * @param request an {@link Request.Exec} or {@link Request.Attach}
     * @throws KeeperClient.RequestFailedException with the keeper's own words
     */
    public static StreamClient open(Path socket, Request request) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        StreamClient client = new StreamClient(channel);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            client.ask(1, new Request.Hello(Frame.PROTOCOL), Reply.Hello.class);
            Reply.ExecStarted started = client.ask(2, request, Reply.ExecStarted.class);
            client.pid = started.pid();
            client.creditBytes = started.inputWindowBytes();
            return client;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private <T> T ask(long id, Request request, Class<T> reply) throws IOException {
        byte[] frame = Wire.request(id, request);
        send(ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip());
        Wire.Incoming answer = Wire.readIncoming(frame(Frame.MAX_BYTES));
        if (answer.failed()) {
            throw new KeeperClient.RequestFailedException(answer.error());
        }
        return Wire.body(answer, reply);
    }

    public int pid() {
        return pid;
    }

    /** The next output, or the exit, which is the last. Credit is taken note of on the way. */
    public Told next() throws IOException {
        while (true) {
            byte[] frame;
            try {
                frame = frame(1 + ExecFrames.MAX_DATA_BYTES);
            } catch (IOException e) {
                end();
                throw e;
            }
            ByteBuffer data = ByteBuffer.wrap(frame, 1, frame.length - 1);
            if (frame[0] == ExecFrames.CREDIT) {
                synchronized (crediting) {
                    creditBytes += data.getInt();
                    crediting.notifyAll();
                }
                continue;
            }
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            if (frame[0] == ExecFrames.EXIT) {
                end();
            }
            return new Told(frame[0], bytes);
        }
    }

    private void end() {
        synchronized (crediting) {
            over = true;
            crediting.notifyAll();
        }
    }

    /** Blocks until all of it is sent. */
    public void write(byte[] input) throws IOException {
        for (int at = 0; at < input.length; ) {
            int length = (int) Math.min(credit(), Math.min(input.length - at, ExecFrames.MAX_DATA_BYTES));
            byte[] piece = new byte[length];
            System.arraycopy(input, at, piece, 0, length);
            send(ExecFrames.frame(ExecFrames.INPUT, piece));
            at += length;
            synchronized (crediting) {
                creditBytes -= length;
            }
        }
    }

    private long credit() throws IOException {
        synchronized (crediting) {
            while (creditBytes <= 0) {
                if (over) {
                    throw new EOFException("the program has ended");
                }
                try {
                    crediting.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
            return creditBytes;
        }
    }

    public void closeInput() throws IOException {
        send(ExecFrames.frame(ExecFrames.CLOSE_INPUT, new byte[0]));
    }

    public void resize(int rows, int columns) throws IOException {
        send(ExecFrames.resize(rows, columns));
    }

    public void signal(int signal) throws IOException {
        send(ExecFrames.signal(signal));
    }

    /** As it is, whatever it is. */
    public void send(ByteBuffer frame) throws IOException {
        synchronized (writing) {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        }
    }

    private byte[] frame(int most) throws IOException {
        int length = read(4).getInt();
        if (length <= 0 || length > most) {
            throw new IOException("a frame of %d bytes is not between 1 and %d".formatted(length, most));
        }
        return read(length).array();
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("end of stream");
            }
        }
        return bytes.flip();
    }

    /** Hangs up. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
