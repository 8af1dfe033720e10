package io.holdfast.cli.client;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A WebSocket (RFC 6455) of whole binary messages over a blocking socket: who does not read holds up the sender, and who writes is
 * held up. The JDK's own client needs 400 ms more to start. One thread reads, any may write.
 */
final class WebSocketClient implements Closeable {
    /** The longest message that is read or written; the scheduler's. */
    static final int MAX_BYTES = 64 << 10;

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final HttpSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final SecureRandom random = new SecureRandom();

    private WebSocketClient(HttpSocket socket) {
        this.socket = socket;
        this.in = socket.in;
        this.out = socket.out;
    }

    /** @throws io.holdfast.cli.exit.CommandFailed when the scheduler answers with a problem */
    static WebSocketClient open(URI uri, Endpoint endpoint, String subprotocol, int connectTimeoutMillis)
            throws IOException {
        HttpSocket socket = HttpSocket.connect(uri, connectTimeoutMillis);
        try {
            WebSocketClient client = new WebSocketClient(socket);
            client.upgrade(uri, endpoint, subprotocol);
            return client;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void upgrade(URI uri, Endpoint endpoint, String subprotocol) throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        socket.ask(
                "GET",
                uri,
                endpoint,
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key
                        + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n");
        HttpSocket.Head answer = socket.head();
        if (answer.status() != 101) {
            throw ApiProblem.of(endpoint, answer.status(), new ByteArrayInputStream(socket.body(answer)));
        }
        if (!accept(key).equals(answer.headers().get("sec-websocket-accept"))
                || !subprotocol.equals(answer.headers().get("sec-websocket-protocol"))) {
            throw new ProtocolException("what answers does not speak " + subprotocol);
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** One binary message. */
    void send(byte[] message) throws IOException {
        write(BINARY, message);
    }

    private synchronized void write(int opcode, byte[] data) throws IOException {
        if (data.length > MAX_BYTES) {
            throw new IllegalArgumentException(data.length + " bytes are above " + MAX_BYTES);
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        int header = data.length < 126 ? 2 : data.length < 1 << 16 ? 4 : 10;
        byte[] frame = new byte[header + 4 + data.length];
        frame[0] = (byte) (0x80 | opcode);
        if (header == 2) {
            frame[1] = (byte) (0x80 | data.length);
        } else {
            frame[1] = (byte) (0x80 | (header == 4 ? 126 : 127));
            for (int i = 0; i < header - 2 && i < 4; i++) {
                frame[header - 1 - i] = (byte) (data.length >>> 8 * i);
            }
        }
        System.arraycopy(mask, 0, frame, header, 4);
        for (int i = 0; i < data.length; i++) {
            frame[header + 4 + i] = (byte) (data[i] ^ mask[i & 3]);
        }
        out.write(frame);
        out.flush();
    }

    /**
     * The next message; nothing when the other side has closed in order. Answers pings meanwhile.
     *
     * @throws IOException when the connection broke
     */
    Optional<byte[]> read() throws IOException {
        byte[] message = new byte[0];
        while (true) {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            long length = second & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            if ((second & 0x80) != 0 || length < 0 || length + message.length > MAX_BYTES) {
                throw new ProtocolException("what answers sends frames that are not allowed");
            }
            byte[] data = new byte[(int) length];
            in.readFully(data);
            switch (first & 0x0f) {
                case CLOSE -> {
                    write(CLOSE, Arrays.copyOf(data, Math.min(2, data.length)));
                    return Optional.empty();
                }
                case PING -> write(PONG, data);
                case PONG -> {
                    // asked for by nobody here, and allowed (section 5.5.3)
                }
                case BINARY, CONTINUATION -> {
                    int before = message.length;
                    message = Arrays.copyOf(message, before + data.length);
                    System.arraycopy(data, 0, message, before, data.length);
                    if ((first & 0x80) != 0) {
                        return Optional.of(message);
                    }
                }
                default -> throw new ProtocolException("what answers sends what is not binary");
            }
        }
    }

    /** At once; whoever reads or writes is woken with an exception. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
