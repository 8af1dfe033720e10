package io.holdfast.scheduler.api;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A request whose body a test sends as it likes, and whose answers it reads when it likes. */
final class RawUpload implements Closeable {
    /** A loaded machine takes its time for the largest of them. */
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;

    /** An answer's head and what follows it. */
    record Answer(int status, String body) {}

    /** Announces a body that it does not send. */
    RawUpload(ApiFixture api, String path, long length) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), api.port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + api.port + "\r\nAuthorization: Bearer "
                + ApiFixture.TOKEN + "\r\nContent-Type: application/x-tar\r\nExpect: 100-continue\r\nContent-Length: "
                + length + "\r\n\r\n";
        send(head.getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next one. */
    Answer answer() throws IOException {
        String head = head(socket.getInputStream());
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        int length = 0;
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return new Answer(status, new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** Whether the server has ended the connection. */
    boolean ended() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
