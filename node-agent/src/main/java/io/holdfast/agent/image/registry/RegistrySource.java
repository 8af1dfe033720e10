package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.Decompression;
import io.holdfast.agent.image.Descriptor;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.ManifestReader;
import io.holdfast.agent.image.NodePlatform;
import io.holdfast.agent.image.Piece;
import io.holdfast.agent.image.Pieces;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import io.holdfast.agent.image.VerifiedStream;
import io.holdfast.model.Clock;
import io.holdfast.model.job.Image;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Registries: mirrors first, then the one the image's name tells. */
public final class RegistrySource implements ImageSource {
    private static final String DIGEST_HEADER = "Docker-Content-Digest";

    private final RegistriesConfig config;
    private final Pacing pacing;
    private final Resolver resolver;
    private final Exchange exchange;
    private final Retry retry;
    private final Distrust distrust = new Distrust();

    public RegistrySource(
            RegistriesConfig config,
            NodePlatform platform,
            Pacing pacing,
            Clock clock,
            Pause pause,
            RandomGenerator random) {
        this.config = config;
        this.pacing = pacing;
        this.resolver = new Resolver(platform);
        this.exchange = new Exchange(config, pacing, clock);
        this.retry = new Retry(pacing, pause, random);
    }

    @Override
    public ResolvedImage resolve(Image name) throws ImageException {
        Image.Registry image = (Image.Registry) name;
        List<String> before = new ArrayList<>();
        for (Endpoint endpoint : Endpoint.of(image, config)) {
            try {
                return resolver.resolve(new At(endpoint, image));
            } catch (ImageException e) {
                if (!endpoint.mirror() || Thread.currentThread().isInterrupted()) {
                    throw Mirrors.told(e, before);
                }
                before.add(e.getMessage());
            }
        }
        throw new IllegalStateException("the origin is the last of the endpoints");
    }

    @Override
    public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) throws ImageException {
        List<Endpoint> endpoints = distrust.without(Endpoint.of((Image.Registry) name, config), layer.digest());
        BlobStream blob = new BlobStream(
                        endpoints,
                        (endpoint, position) -> blob(endpoint, layer.digest(), position),
                        layer.sizeBytes(),
                        pacing,
                        retry,
                        progress)
                .connect();
        try {
            InputStream tar = Decompression.of(new VerifiedStream(blob, layer.digest(), layer.sizeBytes()));
            return new WaryStream(tar, blob, layer.digest(), distrust);
        } catch (IOException e) {
            throw WaryStream.judged(e, blob, layer.digest(), distrust);
        }
    }

    private InputStream blob(Endpoint endpoint, String digest, long position) throws Trouble {
        Map<String, String> headers =
                position == 0 ? Map.of() : Map.of("Range", "bytes=" + position + "-"); // RFC 9110, 14.1.2
        Answer answer = exchange.get(endpoint, endpoint.blob(digest), headers, "the blob " + digest);
        try {
            Ranges.moveTo(position, answer);
            return answer.body();
        } catch (Trouble trouble) {
            answer.close();
            throw trouble;
        }
    }

    /** The documents of one image at one place. */
    private final class At implements Pieces {
        private final Endpoint endpoint;
        private final Image.Registry image;

        At(Endpoint endpoint, Image.Registry image) {
            this.endpoint = endpoint;
            this.image = image;
        }

        @Override
        public Piece root() throws ImageException {
            URI uri = endpoint.manifest(image.digest().isEmpty() ? image.tag() : image.digest());
            return retry.run(attempts(), () -> {
                try (Answer answer = exchange.get(endpoint, uri, accepted(), "its manifest")) {
                    byte[] bytes = bytes(answer, ImageLimits.MAX_MANIFEST_BYTES, "its manifest");
                    checkDigest(bytes, answer.header(DIGEST_HEADER));
                    return new Piece(answer.header("Content-Type"), bytes);
                }
            });
        }

        @Override
        public byte[] manifest(Descriptor descriptor) throws ImageException {
            URI uri = endpoint.manifest(descriptor.digest());
            String what = "the manifest " + descriptor.digest();
            return retry.run(attempts(), () -> {
                try (Answer answer = exchange.get(endpoint, uri, accepted(), what)) {
                    return bytes(answer, ImageLimits.MAX_MANIFEST_BYTES, what);
                }
            });
        }

        @Override
        public byte[] config(Descriptor descriptor) throws ImageException {
            String what = "its configuration";
            return retry.run(attempts(), () -> {
                try (Answer answer = exchange.get(endpoint, endpoint.blob(descriptor.digest()), Map.of(), what)) {
                    return bytes(answer, ImageLimits.MAX_CONFIG_BYTES, what);
                }
            });
        }

        private int attempts() {
            return endpoint.mirror() ? pacing.mirrorAttempts() : pacing.attempts();
        }

        private Map<String, String> accepted() {
            return Map.of("Accept", String.join(", ", ManifestReader.MEDIA_TYPES));
        }

        private void checkDigest(byte[] bytes, String told) throws Trouble {
            String found = Digests.of(bytes);
            String wanted = image.digest().isEmpty() && Digests.valid(told) ? told : image.digest();
            if (!wanted.isEmpty() && !wanted.equals(found)) {
                throw new Trouble(
                        Kind.CORRUPT,
                        endpoint.host() + " answered a manifest of digest " + found + " where " + wanted
                                + " should be");
            }
        }

        private byte[] bytes(Answer answer, int maxBytes, String what) throws Trouble {
            try {
                byte[] bytes = answer.body().readNBytes(maxBytes + 1);
                if (bytes.length > maxBytes) {
                    throw new Trouble(Kind.UNSUPPORTED, what + " is above " + maxBytes + " bytes, the most");
                }
                return bytes;
            } catch (IOException e) {
                throw new Trouble(Kind.TEMPORARY, endpoint.host() + " " + e.getMessage(), e);
            }
        }
    }
}
