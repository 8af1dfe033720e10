package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes over the socket and is no proper request. */
@Tag("root")
class SocketTest {
    @TempDir
    Path directory;

    private KeeperFixture node;
    private SocketChannel channel;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        node = KeeperFixture.fake(directory).start();
        channel = connect();
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            channel.close();
            assertThat(node.client.list().items())
                    .as("others are served all the while")
                    .isEmpty();
            node.close();
        }
    }

    @Test
    void shouldBeOpenToItsOwnerAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.config.socket())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.config.dataDir())))
                .isEqualTo("rwx------");
    }

    @Test
    void shouldRefusePeerThatIsNeitherRootNorAgent() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(node.config.runDir(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(node.config.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        String script = "$SIG{PIPE} = 'IGNORE'; $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; print 'in '; "
                + "syswrite($s, qq(\\0\\0\\0\\2{})); print sysread($s, $b, 10) ? 'answered' : 'hung up';";
        Process nobody = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        "perl",
                        "-MIO::Socket::UNIX",
                        "-e",
                        script,
                        node.config.socket().toString())
                .redirectErrorStream(true)
                .start();

        String said = new String(nobody.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEqualTo("in hung up");
    }

    @Test
    void shouldDemandHelloFirst() throws Exception {
        sendFrame(Wire.request(1, new Request.List()));

        assertThat(read().error().message()).isEqualTo("hello must be the first request");
        assertHungUp();
    }

    @Test
    void shouldRefuseAnotherProtocol() throws Exception {
        sendFrame(Wire.request(1, new Request.Hello(99)));

        assertThat(read().error().message()).contains("protocol 99");
    }

    @Test
    void shouldAnswerBadFramesAndGoOn() throws Exception {
        for (String bad : new String[] {
            "{}",
            "[]",
            "null",
            "nonsense",
            "{\"id\":1}",
            "{\"id\":1,\"call\":\"reboot\",\"body\":{}}",
            "{\"id\":1,\"body\":{},\"call\":\"list\"}",
            "{\"id\":0,\"call\":\"list\",\"body\":{}}",
            "{\"id\":1,\"call\":\"list\",\"body\":{}}x",
            "{\"id\":1,\"call\":\"list\",\"body\":{\"all\":true}}",
            "{\"id\":1,\"call\":\"signal-container\",\"body\":{\"id\":\"c\",\"signal\":\"nine\"}}",
            "{\"id\":1,\"call\":\"renew\",\"body\":{\"ttlMillis\":1e400}}",
            "{\"id\":1,\"call\":\"list\",\"body\":" + "[".repeat(10_000) + "}",
        }) {
            sendFrame(bad.getBytes(StandardCharsets.UTF_8));
            assertThat(read().error().code())
                    .as(bad.substring(0, Math.min(80, bad.length())))
                    .isEqualTo("bad-request");
        }
        sendFrame(Wire.request(5, new Request.Hello(Frame.PROTOCOL)));
        assertThat(read().id()).isEqualTo(5);
    }

    @Test
    void shouldHangUpOnImpossibleLengths() throws Exception {
        for (int length : new int[] {0, -1, Frame.MAX_BYTES + 1, Integer.MIN_VALUE}) {
            channel = connect();
            channel.write(ByteBuffer.allocate(4).putInt(length).flip());

            assertThat(read().error().message()).contains("is not between 1 and");
            assertHungUp();
            channel.close();
        }
    }

    @Test
    void shouldSurviveNoiseAndHalfFrames() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            channel = connect();
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            ByteBuffer bytes = ByteBuffer.allocate(4 + noise.length)
                    .putInt(i % 2 == 0 ? noise.length : noise.length + 100)
                    .put(noise);
            channel.write(bytes.flip());
            channel.close();
        }
    }

    @Test
    void shouldTakeFrameOfTheLargestSizeOnSmallHeap() throws Exception {
        sendFrame(Wire.request(1, new Request.Hello(Frame.PROTOCOL)));
        read();
        byte[] largest = ("{\"id\":2,\"call\":\"list\",\"body\":{\"" + "x".repeat(Frame.MAX_BYTES - 50) + "\":1}}")
                .getBytes(StandardCharsets.UTF_8);
        sendFrame(largest);

        assertThat(read().error().code()).isEqualTo("bad-request");
    }

    private SocketChannel connect() throws IOException {
        SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
        opened.connect(UnixDomainSocketAddress.of(node.config.socket()));
        return opened;
    }

    private void sendFrame(byte[] frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private Wire.Incoming read() throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(4);
        fill(prefix);
        ByteBuffer body = ByteBuffer.allocate(prefix.flip().getInt());
        fill(body);
        return Wire.readIncoming(body.array());
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("hung up");
            }
        }
    }

    private void assertHungUp() throws IOException {
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
}
