package io.holdfast.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.holdfast.agent.image.ImageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DecompressionTest {
    private static final byte[] TAR = TestLayers.tar(5, 200_000);

    @Test
    void shouldReadWhatIsNotCompressed() throws Exception {
        assertThat(read(TAR)).isEqualTo(TAR);
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(new byte[] {1, 2})).containsExactly(1, 2);
    }

    @Test
    void shouldReadGzipOfSeveralMembers() throws Exception {
        byte[] members = join(TestLayers.gzip(TAR), TestLayers.gzip(new byte[0]), TestLayers.gzip(TAR));

        assertThat(read(members)).isEqualTo(join(TAR, TAR));
    }

    @Test
    void shouldReadGzipWithAName() throws Exception {
        byte[] plain = TestLayers.gzip(TAR);
        byte[] named = join(
                new byte[] {0x1f, (byte) 0x8b, 8, 8 | 4, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 'a', 0},
                Arrays.copyOfRange(plain, 10, plain.length));

        assertThat(read(named)).isEqualTo(TAR);
    }

    @Test
    void shouldBoundTheHeaderOfGzip() {
        byte[] endless = new byte[200_000];
        Arrays.fill(endless, (byte) 'a');
        byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3};

        assertThatThrownBy(() -> read(join(header, endless)))
                .hasMessage("has a gzip header above " + ImageLimits.MAX_GZIP_HEADER_BYTES + " bytes, the most");
    }

    @Test
    void shouldRefuseWhatFollowsGzip() {
        assertThatThrownBy(() -> read(join(TestLayers.gzip(TAR), new byte[] {'x', 'y'})))
                .hasMessage("has bytes after the end of its gzip stream that belong to nothing");
    }

    @Test
    void shouldRefuseGzipThatEndsEarly() {
        byte[] gzip = TestLayers.gzip(TAR);
        for (int cut : new int[] {1, 4, 8, 9, 1_000}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(gzip, gzip.length - cut)))
                    .as("without its last %d bytes", cut)
                    .hasMessage("ends in the middle of its gzip stream");
        }
    }

    @Test
    void shouldRefuseAWrongChecksum() {
        byte[] gzip = TestLayers.gzip(TAR);
        gzip[gzip.length - 6] ^= 1;

        assertThatThrownBy(() -> read(gzip)).hasMessage("is no sound gzip: its checksum or length is wrong");
    }

    @Test
    void shouldReadZstdOfSeveralFrames() throws Exception {
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 7, 7};

        assertThat(read(join(skippable, TestLayers.zstd(TAR), TestLayers.zstd(TAR))))
                .isEqualTo(join(TAR, TAR));
    }

    @Test
    void shouldRefuseZstdThatEndsEarlyOrGoesOn() {
        byte[] zstd = TestLayers.zstd(TAR);

        assertThatThrownBy(() -> read(Arrays.copyOf(zstd, zstd.length - 3))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(join(zstd, new byte[] {'x', 'y', 'z', 'x', 'y', 'z'})))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldBoundTheWindowOfZstd() throws Exception {
        assertThat(read(streamed(ImageLimits.MAX_ZSTD_WINDOW_LOG))).isEqualTo(TAR);
        assertThatThrownBy(() -> read(streamed(ImageLimits.MAX_ZSTD_WINDOW_LOG + 1)))
                .hasMessageStartingWith("is no sound zstd, or one with a window above 32 MiB");
    }

    @Test
    void shouldNotReachTheEndWithAWrongDigest() {
        byte[] gzip = TestLayers.gzip(TAR);
        String other = Digests.of(new byte[0]);

        assertThatThrownBy(() -> Decompression.of(new VerifiedStream(trickle(gzip), other, gzip.length))
                        .readAllBytes())
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessage("has content of digest " + Digests.of(gzip) + " where " + other + " should be");
    }

    @Test
    void shouldNotReachTheEndWithAWrongSize() {
        String digest = Digests.of(TAR);

        assertThatThrownBy(() -> new VerifiedStream(trickle(TAR), digest, TAR.length + 1).readAllBytes())
                .hasMessage("ends after " + TAR.length + " of " + (TAR.length + 1) + " bytes");
        assertThatThrownBy(() -> new VerifiedStream(trickle(TAR), digest, TAR.length - 1).readAllBytes())
                .hasMessage("is longer than the " + (TAR.length - 1) + " bytes it should have");
    }

    private static byte[] streamed(int windowLog) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out)) {
            zstd.setLong(windowLog);
            zstd.write(TAR);
        }
        return out.toByteArray();
    }

    private static byte[] read(byte[] stored) throws IOException {
        try (InputStream in = Decompression.of(trickle(stored))) {
            return in.readAllBytes();
        }
    }

    /** As a network gives: little at once, and never saying that there is more. */
    private static InputStream trickle(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, 1_000));
            }

            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
