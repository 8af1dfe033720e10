package io.holdfast.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.TestLayers;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.model.job.Image;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What networks do to a pull. Layers are not compressed, so that it is known where a cut falls. */
class RegistryFaultsTest {
    private static final byte[] TAR = TestLayers.tar(3, 300_000);

    @TempDir
    static Path directory;

    private static RegistryFixture registry;

    private FaultProxy proxy;
    private RegistryKit kit;
    private Image name;

    @BeforeAll
    static void startRegistry() throws Exception {
        RegistryFixture.required();
        registry = RegistryFixture.plain(directory);
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1.0", layout.image("amd64", "gzip", TAR));
        registry.push("oci:" + layout.directory() + ":1.0", "app:1.0");
    }

    @AfterAll
    static void closeRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        proxy = new FaultProxy(registry.host());
        kit = new RegistryKit().plain(proxy.host());
        name = RegistryKit.name(proxy.host(), "app", "1.0");
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
    }

    @Test
    void shouldResumeWhereABlobWasCut() throws Exception {
        proxy.set((request, nth) -> {
            if (request.blob() && nth < 3 && request.body().length > 100_000) {
                request.cutAfter(90_000);
            } else {
                request.forward();
            }
        });

        assertThat(RegistryKit.layers(kit.images(), name)).containsExactly(TAR);
        // the client loses what came with a cut that it notices before it has begun to read
        assertThat(proxy.blobs())
                .extracting(FaultProxy.Seen::range)
                .allMatch(range -> range.matches("|bytes=(90000|180000|270000)-"))
                .anyMatch(range -> range.startsWith("bytes="));
        assertThat(kit.pauses).hasSize(3);
    }

    @Test
    void shouldGiveUpOnWhatIsAlwaysCut() {
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000) {
                request.cutAfter(10);
            } else {
                request.forward();
            }
        });

        ImageException e = RegistryKit.failure(kit.images(), name);

        assertThat(e.kind()).isEqualTo(Kind.TEMPORARY);
        // a cut so early may be noticed before the body is there to be read
        assertThat(e)
                .hasMessageContaining("(tried 4 times)")
                .hasMessageMatching(".*(cut the transfer after|was cut off).*");
        assertThat(kit.pauses).hasSize(3).allMatch(wait -> wait >= 250 && wait <= 4_000);
    }

    @Test
    void shouldSkipWhatWasReadWhenARangeIsAnsweredWithTheWhole() throws Exception {
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000) {
                if (nth == 0) {
                    request.cutAfter(150_000);
                } else {
                    request.answer(200, request.body());
                }
            } else {
                request.forward();
            }
        });

        assertThat(RegistryKit.layers(kit.images(), name)).containsExactly(TAR);
    }

    @Test
    void shouldRefuseAnotherPartThanAskedFor() {
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000) {
                if (request.from() == 0) {
                    request.cutAfter(150_000);
                } else {
                    request.set("Content-Range", "bytes 7-9/10");
                    request.answer(206, new byte[3]);
                }
            } else {
                request.forward();
            }
        });

        ImageException e = RegistryKit.failure(kit.images(), name);

        assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
        assertThat(e).hasMessageContaining("sends another part of the blob than asked for");
    }

    @Test
    void shouldRefuseWrongBytes() {
        proxy.set((request, nth) -> {
            byte[] body = request.body();
            if (request.blob() && body.length > 100_000) {
                body[body.length / 2] ^= 1;
                request.answer(200, body);
            } else {
                request.forward();
            }
        });

        ImageException e = RegistryKit.failure(kit.images(), name);

        assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
        assertThat(e).hasMessageStartingWith(name.reference() + ": layer sha256:");
        assertThat(kit.pauses).isEmpty();
    }

    @Test
    void shouldRefuseAManifestThatIsNotWhatItsHeaderTells() {
        proxy.set((request, nth) -> {
            byte[] body = request.body();
            request.set("Docker-Content-Digest", "sha256:" + "0".repeat(64));
            request.answer(200, body);
        });

        assertThat(RegistryKit.failure(kit.images(), name).kind()).isEqualTo(Kind.CORRUPT);
    }

    @Test
    void shouldComeBackWhenItIsTold() throws Exception {
        proxy.set((request, nth) -> {
            if (nth == 0) {
                request.answer(429, Map.of("Retry-After", "7"));
            } else {
                request.forward();
            }
        });

        assertThat(RegistryKit.layers(kit.images(), name)).containsExactly(TAR);
        assertThat(kit.pauses).containsExactly(7_000L, 7_000L, 7_000L);
    }

    @Test
    void shouldNotHeedAnAbsurdRetryAfter() throws Exception {
        proxy.set((request, nth) -> {
            if (nth == 0) {
                request.answer(503, Map.of("Retry-After", "86400"));
            } else {
                request.forward();
            }
        });

        RegistryKit.layers(kit.images(), name);

        assertThat(kit.pauses).containsOnly(RegistryKit.PACING.longestRetryAfterMillis());
    }

    @Test
    void shouldTryAgainAfterAServersError() throws Exception {
        proxy.set((request, nth) -> {
            if (nth < 2) {
                request.answer(500, Map.of());
            } else {
                request.forward();
            }
        });

        assertThat(RegistryKit.layers(kit.images(), name)).containsExactly(TAR);
    }

    @Test
    void shouldNotTryAgainWhatIsForbidden() {
        proxy.set((request, nth) -> request.answer(403, Map.of()));

        assertThat(RegistryKit.failure(kit.images(), name).kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(proxy.seen()).hasSize(1);
    }

    @Test
    void shouldTakeAStallForACut() throws Exception {
        kit.pacing(new Pacing(5_000, 5_000, 200, 4, 2, 500, 4_000, 60_000, 1 << 20));
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000 && nth == 0) {
                request.stallAfter(120_000);
            } else {
                request.forward();
            }
        });

        assertThat(RegistryKit.layers(kit.images(), name)).containsExactly(TAR);
        assertThat(proxy.blobs()).extracting(FaultProxy.Seen::range).contains("bytes=120000-");
    }

    @Test
    void shouldNotWaitForAnAnswerForEver() {
        kit.pacing(new Pacing(5_000, 200, 200, 2, 2, 500, 4_000, 60_000, 1 << 20));
        proxy.set((request, nth) -> request.hang());

        ImageException e = RegistryKit.failure(kit.images(), name);

        assertThat(e.kind()).isEqualTo(Kind.TEMPORARY);
        assertThat(e).hasMessageContaining("did not answer within 200 ms (tried 2 times)");
    }

    @Test
    void shouldEndWhenInterrupted() {
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000) {
                request.stallAfter(100_000);
            } else {
                request.forward();
            }
        });
        Thread puller = Thread.currentThread();
        Progress interrupt = new Progress() {
            private long had;

            @Override
            public void bytes(long more) {
                had += more;
                if (had >= 100_000) {
                    puller.interrupt();
                }
            }
        };
        ImageSource images = kit.images();

        assertThatThrownBy(() -> {
                    ResolvedImage image = images.resolve(name);
                    try (InputStream tar =
                            images.open(name, image, image.layers().get(0), interrupt)) {
                        tar.readAllBytes();
                    }
                })
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.temporary()).isTrue());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(kit.pauses).isEmpty();
    }

    @Test
    void shouldFollowARedirectToAnotherHost() throws Exception {
        try (FaultProxy store = new FaultProxy(registry.host())) {
            kit.plain(store.host());
            proxy.set((request, nth) -> {
                if (request.blob()) {
                    request.answer(307, Map.of("Location", "http://" + store.host() + request.path() + "?signature=s"));
                } else {
                    request.forward();
                }
            });

            assertThat(RegistryKit.layers(kit.images(), name)).containsExactly(TAR);
            assertThat(store.blobs()).hasSize(2);
        }
    }

    @Test
    void shouldNotFollowARedirectOutOfTls() {
        proxy.set((request, nth) -> request.answer(302, Map.of("Location", "http://other.invalid/x?signature=s3cret")));

        ImageException e = RegistryKit.failure(kit.images(), name);

        assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(e).hasMessageContaining("http://other.invalid, without TLS").hasMessageNotContaining("s3cret");
    }

    @Test
    void shouldNotGoInCircles() {
        proxy.set((request, nth) -> request.answer(302, Map.of("Location", request.path())));

        assertThat(RegistryKit.failure(kit.images(), name)).hasMessageContaining("redirects more than 5 times");
    }

    @Test
    void shouldTakeTheRestFromTheOriginWhenAMirrorBreaks() throws Exception {
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000 && request.from() == 0) {
                request.cutAfter(100_000);
            } else if (request.blob() && request.body().length > 100_000) {
                request.answer(404, Map.of());
            } else {
                request.forward();
            }
        });
        kit.with(
                registry.host(),
                new RegistriesConfig.Registry(
                        List.of(new RegistriesConfig.Mirror(proxy.host(), "")), RegistriesConfig.NO_FILE, true));

        Image origin = RegistryKit.name(registry.host(), "app", "1.0");

        assertThat(RegistryKit.layers(kit.images(), origin)).containsExactly(TAR);
    }

    @Test
    void shouldAskAMirrorThatSentWrongBytesNoMore() throws Exception {
        proxy.set((request, nth) -> {
            byte[] body = request.body();
            if (request.blob() && body.length > 100_000) {
                body[body.length / 2] ^= 1;
                request.answer(200, body);
            } else {
                request.forward();
            }
        });
        kit.with(
                registry.host(),
                new RegistriesConfig.Registry(
                        List.of(new RegistriesConfig.Mirror(proxy.host(), "")), RegistriesConfig.NO_FILE, true));
        Image origin = RegistryKit.name(registry.host(), "app", "1.0");
        ImageSource images = kit.images();

        ImageException e = RegistryKit.failure(images, origin);

        assertThat(e.temporary()).isTrue();
        assertThat(e).hasMessageContaining("from the mirror " + proxy.host());
        assertThat(RegistryKit.layers(images, origin)).containsExactly(TAR);
    }

    @Test
    void shouldCloseTheConnectionWithTheStream() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        proxy.set((request, nth) -> {
            if (request.blob() && request.body().length > 100_000) {
                try {
                    request.endless();
                } finally {
                    broken.countDown();
                }
            } else {
                request.forward();
            }
        });
        ImageSource images = kit.images();
        ResolvedImage image = images.resolve(name);

        try (InputStream tar = images.open(name, image, image.layers().get(0), Progress.NONE)) {
            assertThat(tar.read()).isNotNegative();
        }

        assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
