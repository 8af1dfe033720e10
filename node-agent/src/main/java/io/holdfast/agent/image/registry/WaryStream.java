package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A layer's tar on its way out of this package. If it turns out wrong and a mirror had a part in it, the mirror is not
 * asked for it again, and so another attempt may succeed.
 */
final class WaryStream extends InputStream {
    private final InputStream in;
    private final BlobStream blob;
    private final String digest;
    private final Distrust distrust;

    WaryStream(InputStream in, BlobStream blob, String digest, Distrust distrust) {
        this.in = in;
        this.blob = blob;
        this.digest = digest;
        this.distrust = distrust;
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
        } catch (IOException e) {
            throw judged(e, blob, digest, distrust);
        }
    }

    /** The failure as it is to be told. What is no {@link ImageException} comes from decompressing. */
    static ImageException judged(IOException e, BlobStream blob, String digest, Distrust distrust) {
        ImageException error =
                e instanceof ImageException known ? known : new ImageException(Kind.CORRUPT, e.getMessage(), e);
        List<Endpoint> mirrors =
                blob.sources().stream().filter(Endpoint::mirror).toList();
        if (error.kind() != Kind.CORRUPT || mirrors.isEmpty()) {
            return error;
        }
        mirrors.forEach(mirror -> distrust.add(mirror, digest));
        String hosts = String.join(", ", mirrors.stream().map(Endpoint::host).toList());
        return new ImageException(
                Kind.TEMPORARY,
                error.getMessage() + " (from the mirror " + hosts + ", not to be asked for it again)",
                e);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
