package io.holdfast.keeper.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Brings layers to the keeper, each over a connection of its own. Blocks. */
public final class LayerClient {
    /** As much as the socket takes at once, unless the host's owner has changed it (net.core.wmem_default). */
    private static final int PIECE_BYTES = 256 << 10;

    private LayerClient() {}

    /** Opens the tar of a layer that is awaited. */
    @FunctionalInterface
    public interface Tar {
        InputStream open() throws IOException;
    }

    /**
     * Returns when the keeper has the layer, unpacked and verified.
     *
     * @param tar asked for only where the keeper does not have the layer yet; closed here
     * @return whether it was sent
     * @throws KeeperClient.RequestFailedException with the keeper's own words
     */
    public static boolean put(Path socket, String diffId, Tar tar) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ask(channel, 1, new Request.Hello(Frame.PROTOCOL), Reply.Hello.class);
            if (ask(channel, 2, new Request.PutLayer(diffId), Reply.LayerAwaited.class)
                    .there()) {
                return false;
            }
            try (InputStream in = tar.open()) {
                if (send(channel, in)) {
                    channel.shutdownOutput();
                }
            }
            answer(channel, Reply.Done.class);
            return true;
        }
    }

    /** @return false where the keeper has hung up: because of what it has got, or because somebody else has brought it meanwhile */
    private static boolean send(SocketChannel channel, InputStream in) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        byte[] bytes = new byte[PIECE_BYTES];
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
            piece.clear().put(bytes, 0, length).flip();
            try {
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            } catch (IOException e) {
                return false; // its last word says why
            }
        }
        return true;
    }

    private static <T> T ask(SocketChannel channel, long id, Request request, Class<T> reply) throws IOException {
        byte[] frame = Wire.request(id, request);
        ByteBuffer bytes = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return answer(channel, reply);
    }

    private static <T> T answer(SocketChannel channel, Class<T> reply) throws IOException {
        int length = fill(channel, ByteBuffer.allocate(4)).getInt();
        if (length <= 0 || length > Frame.MAX_BYTES) {
            throw new IOException("a frame of %d bytes is not between 1 and %d".formatted(length, Frame.MAX_BYTES));
        }
        Wire.Incoming answer =
                Wire.readIncoming(fill(channel, ByteBuffer.allocate(length)).array());
        if (answer.failed()) {
            throw new KeeperClient.RequestFailedException(answer.error());
        }
        return Wire.body(answer, reply);
    }

    private static ByteBuffer fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the keeper has hung up");
            }
        }
        return buffer.flip();
    }
}
