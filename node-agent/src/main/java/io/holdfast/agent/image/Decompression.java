package io.holdfast.agent.image;

import com.github.luben.zstd.NoPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Tells by its first bytes how a layer is compressed, as containerd and Docker do: builders have written wrong media types
 * for years.
 */
public final class Decompression {
    private static final int LOOK = 4;

    private Decompression() {}

    /**
     * The bytes of {@code in} without their compression, to the very end of {@code in}: what follows a compressed stream is an
     * error, and {@code in} has answered its own end before the result does. Closes {@code in} when it is closed, or fails.
     */
    public static InputStream of(InputStream in) throws IOException {
        try {
            BufferedInputStream buffered = new BufferedInputStream(in, ImageLimits.BUFFER_BYTES);
            buffered.mark(LOOK);
            byte[] first = buffered.readNBytes(LOOK);
            buffered.reset();
            if (starts(first, 0x1f, 0x8b)) {
                return new GzipStream(buffered);
            }
            if (zstd(first)) {
                return new ZstdStream(new ZstdInputStreamNoFinalizer(buffered, NoPool.INSTANCE)
                        .setLongMax(ImageLimits.MAX_ZSTD_WINDOW_LOG));
            }
            return buffered;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** A frame, or one to be skipped, as chunked layers begin with (RFC 8878, 3.1.1 and 3.1.2). */
    private static boolean zstd(byte[] first) {
        return starts(first, 0x28, 0xb5, 0x2f, 0xfd)
                || first.length == LOOK
                        && (first[0] & 0xf0) == 0x50
                        && first[1] == 0x2a
                        && first[2] == 0x4d
                        && first[3] == 0x18;
    }

    private static boolean starts(byte[] first, int... magic) {
        if (first.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((first[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** The library's messages as ours. */
    private static final class ZstdStream extends InputStream {
        private final ZstdInputStreamNoFinalizer in;

        ZstdStream(ZstdInputStreamNoFinalizer in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return in.read(into, offset, length);
            } catch (com.github.luben.zstd.ZstdIOException e) {
                throw new IOException(
                        "is no sound zstd, or one with a window above " + (1 << ImageLimits.MAX_ZSTD_WINDOW_LOG - 20)
                                + " MiB: " + ImageException.shown(String.valueOf(e.getMessage())),
                        e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
