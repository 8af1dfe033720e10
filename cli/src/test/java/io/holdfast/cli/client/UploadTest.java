package io.holdfast.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.cli.exit.CommandFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives on their way to a server that answers when it likes. */
class UploadTest {
    private static final int ARCHIVE_BYTES = 64 << 20;
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    @TempDir
    Path directory;

    private ServerSocket server;
    private final AtomicLong sent = new AtomicLong();

    /** What the server does with the one connection. */
    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static void answer(Socket socket, int status, String body) throws IOException {
        write(socket, "HTTP/1.1 " + status + " x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String problem(String code, String detail) {
        return "{\"code\": \"" + code + "\", \"detail\": \"" + detail + "\"}";
    }

    /** Reads the request's head first. The connection stays until the client ends it. */
    private CommandFailed failure(Archive archive, Service service) throws Exception {
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 1);
                while (!in.readLine().isEmpty()) {
                    // the head
                }
                service.serve(socket);
                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException e) {
                // the client hung up with something under way
            }
        });
        URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1?a=b");
        CommandFailed failed = catchThrowableOfType(
                CommandFailed.class,
                () -> Upload.post(
                        uri, new Endpoint(uri.toString(), "t", "a test", "default"), 5_000, archive, sent::set));
        served.get(20, TimeUnit.SECONDS);
        return failed;
    }

    private Archive archive() throws IOException {
        Path file = Files.write(directory.resolve("a.tar"), new byte[ARCHIVE_BYTES]);
        return Archive.of(file.toString(), InputStream.nullInputStream(), 1);
    }

    @Test
    void shouldSendNothingWhenItIsRefusedAtOnce() throws Exception {
        CommandFailed failed =
                failure(archive(), socket -> answer(socket, 503, problem("unavailable", "the disk is full")));
        assertThat(failed).hasMessage("the disk is full");
        assertThat(failed.exitCode()).isEqualTo(69);
        assertThat(sent.get()).isZero();
    }

    @Test
    void shouldStopSendingWhenItIsRefusedInTheMidst() throws Exception {
        CommandFailed failed = failure(archive(), socket -> {
            write(socket, CONTINUE);
            socket.getInputStream().readNBytes(1 << 20);
            answer(socket, 413, problem("too-large", "the archive is above 64Gi"));
        });
        assertThat(failed).hasMessage("the archive is above 64Gi");
        assertThat(sent.get()).isBetween(1L << 20, (long) ARCHIVE_BYTES - 1);
    }

    @Test
    void shouldSayWhenTheArchiveHasBecomeShorter() throws Exception {
        Archive archive = archive();
        CommandFailed failed = failure(archive, socket -> {
            Files.write(directory.resolve("a.tar"), new byte[1 << 20]);
            write(socket, CONTINUE);
        });
        assertThat(failed).hasMessage("a.tar has become shorter while it was sent");
        assertThat(failed.exitCode()).isEqualTo(66);
    }
}
