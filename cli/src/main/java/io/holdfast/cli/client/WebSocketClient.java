package io.holdfast.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSocketFactory;

/**
 * A WebSocket (RFC 6455) of whole binary messages over a blocking socket: who does not read holds up the sender, and who writes is
 * held up. The JDK's own client needs 400 ms more to start. One thread reads, any may write.
 */
final class WebSocketClient implements Closeable {
    /** The longest message that is read or written; the scheduler's. */
    static final int MAX_BYTES = 64 << 10;

    private static final int MAX_HEAD_LINES = 100;
    private static final int MAX_LINE = 8 << 10;
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final SecureRandom random = new SecureRandom();

    private WebSocketClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 2 * MAX_BYTES));
        this.out = socket.getOutputStream();
    }

    /** @throws io.holdfast.cli.exit.CommandFailed when the scheduler answers with a problem */
    static WebSocketClient open(URI uri, Endpoint endpoint, String subprotocol, int connectTimeoutMillis)
            throws IOException {
        boolean secure = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), connectTimeoutMillis);
            plain.setTcpNoDelay(true); // each key that is pressed is a frame
            Socket socket = secure
                    ? ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true)
                    : plain;
            WebSocketClient client = new WebSocketClient(socket);
            client.upgrade(uri, endpoint, subprotocol);
            return client;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private void upgrade(URI uri, Endpoint endpoint, String subprotocol) throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        String head = "GET " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: "
                + uri.getRawAuthority() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: " + key + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n"
                + (endpoint.token().isEmpty() ? "" : "Authorization: Bearer " + endpoint.token() + "\r\n") + "\r\n";
        if (endpoint.token().chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new ProtocolException("the token holds characters that no token has");
        }
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        String[] status = line().split(" ", 3);
        Map<String, String> headers = headers();
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new ProtocolException("what answers does not speak HTTP");
        }
        if (!status[1].equals("101")) {
            int code = status[1].matches("[0-9]{3}") ? Integer.parseInt(status[1]) : 0;
            throw ApiProblem.of(endpoint, code, new ByteArrayInputStream(body(headers)));
        }
        if (!accept(key).equals(headers.get("sec-websocket-accept"))
                || !subprotocol.equals(headers.get("sec-websocket-protocol"))) {
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

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            if (line.length() == MAX_LINE) {
                throw new ProtocolException("what answers sends lines without end");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (int count = 0; count < MAX_HEAD_LINES; count++) {
            String line = line();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        throw new ProtocolException("what answers sends headers without end");
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        String length = headers.getOrDefault("content-length", "0");
        return length.matches("[0-9]{1,6}") ? in.readNBytes(Integer.parseInt(length)) : new byte[0];
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
