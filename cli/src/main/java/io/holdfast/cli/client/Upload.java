package io.holdfast.cli.client;

import io.holdfast.cli.exit.CommandFailed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Sends an archive in the body of one request. It is announced and not sent before the scheduler says that it may come, and no further
 * once there is an answer: the JDK's client shows no answer that comes before all is sent.
 */
final class Upload {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int CONTINUE = 100;

    private final HttpSocket socket;
    private final Archive archive;
    private final long sizeBytes;
    private final LongConsumer sent;

    private Upload(HttpSocket socket, Archive archive, LongConsumer sent) {
        this.socket = socket;
        this.archive = archive;
        this.sizeBytes = archive.sizeBytes();
        this.sent = sent;
    }

    /**
     * Waits for the answer without end: the scheduler bounds it.
     *
     * @param sent told how many bytes have been sent so far
     * @return what was answered
     * @throws CommandFailed when the scheduler answers with a problem, or the archive cannot be read
     */
    static byte[] post(URI uri, Endpoint endpoint, int connectTimeoutMillis, Archive archive, LongConsumer sent)
            throws IOException {
        try (HttpSocket socket = HttpSocket.connect(uri, connectTimeoutMillis)) {
            Upload upload = new Upload(socket, archive, sent);
            HttpSocket.Head answer = upload.exchange(uri, endpoint);
            byte[] body = socket.body(answer);
            if (answer.status() / 100 != 2) {
                throw ApiProblem.of(endpoint, answer.status(), new ByteArrayInputStream(body));
            }
            return body;
        }
    }

    private HttpSocket.Head exchange(URI uri, Endpoint endpoint) throws IOException {
        socket.ask(
                "POST",
                uri,
                endpoint,
                "Content-Type: application/x-tar\r\nExpect: 100-continue\r\n"
                        + (sizeBytes < 0 ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + sizeBytes + "\r\n"));
        HttpSocket.Head first = socket.head();
        if (first.status() != CONTINUE) {
            return first;
        }
        IOException broken = null;
        try (InputStream in = archive.open()) {
            send(in);
        } catch (IOException e) {
            broken = e; // an answer may say why
        }
        try {
            return socket.head();
        } catch (IOException e) {
            throw broken == null ? e : broken;
        }
    }

    private void send(InputStream in) throws IOException {
        OutputStream out = socket.out;
        byte[] piece = new byte[PIECE_BYTES];
        long count = 0;
        while (sizeBytes < 0 || count < sizeBytes) {
            int length =
                    read(in, piece, sizeBytes < 0 ? piece.length : (int) Math.min(piece.length, sizeBytes - count));
            if (socket.in.available() > 0) {
                return;
            }
            if (length < 0) {
                break;
            }
            if (sizeBytes < 0) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(piece, 0, length);
            if (sizeBytes < 0) {
                out.write('\r');
                out.write('\n');
            }
            count += length;
            sent.accept(count);
        }
        if (sizeBytes < 0) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } else if (count < sizeBytes) {
            throw Archive.noInput(archive.name() + " has become shorter while it was sent");
        }
    }

    /** An archive that cannot be read is told as such, and not as a connection that broke. */
    private int read(InputStream in, byte[] piece, int most) {
        try {
            return in.read(piece, 0, most);
        } catch (IOException e) {
            throw Archive.noInput(archive.name() + " cannot be read: " + e.getMessage());
        }
    }
}
