package io.holdfast.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Docker's registry, with images that skopeo put there. */
class RegistrySourceTest {
    private static final byte[] LOW = TestLayers.tar(1, 100_000);
    private static final byte[] HIGH = TestLayers.tar(2, 3_000);

    @TempDir
    static Path directory;

    private static RegistryFixture registry;

    @TempDir
    Path own;

    private TestLayout layout;
    private ImageSource images;

    @BeforeAll
    static void startRegistry() throws Exception {
        RegistryFixture.required();
        registry = RegistryFixture.plain(directory);
    }

    @AfterAll
    static void closeRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        layout = new TestLayout(own);
        images = new RegistryKit().plain(registry.host()).images();
    }

    @Test
    void shouldResolveAndReadAnImage() throws Exception {
        ObjectNode manifest = layout.image("amd64", "gzip", LOW, HIGH);
        layout.tag("1.0", manifest);
        registry.push("oci:" + layout.directory() + ":1.0", "team/app:1.0");

        Image name = RegistryKit.name(registry.host(), "team/app", "1.0");
        ResolvedImage image = images.resolve(name);

        assertThat(image.digest()).isEqualTo(manifest.get("digest").asText());
        assertThat(image.indexDigest()).isEmpty();
        assertThat(image.config().entrypoint()).containsExactly("/bin/app");
        assertThat(image.config().command()).containsExactly("--serve");
        assertThat(image.config().env()).containsExactly("PATH=/bin", "MODE=test");
        assertThat(image.config().user()).isEqualTo("1000:1000");
        assertThat(image.config().workDir()).isEqualTo("/srv");
        assertThat(image.config().stopSignal()).isEqualTo("SIGINT");
        assertThat(image.config().volumes()).containsExactly("/data");
        assertThat(image.config().labels()).containsEntry("org.example", "yes");
        assertThat(RegistryKit.layers(images, name)).containsExactly(LOW, HIGH);
    }

    @Test
    void shouldTellProgressInBytesOfTheBlob() throws Exception {
        layout.tag("1.0", layout.image("amd64", "gzip", LOW));
        registry.push("oci:" + layout.directory() + ":1.0", "app:1.0");
        Image name = RegistryKit.name(registry.host(), "app", "1.0");
        ResolvedImage image = images.resolve(name);
        AtomicLong bytes = new AtomicLong();
        Progress progress = bytes::addAndGet;

        try (InputStream tar = images.open(name, image, image.layers().get(0), progress)) {
            tar.readAllBytes();
        }

        assertThat(bytes).hasValue(image.layers().get(0).sizeBytes());
    }

    @Test
    void shouldPickThisPlatformFromAnIndex() throws Exception {
        ObjectNode arm = TestLayout.on("arm64", layout.image("arm64", "gzip", LOW));
        ObjectNode amd = TestLayout.on("amd64", layout.image("amd64", "gzip", HIGH));
        ObjectNode index = layout.index(List.of(arm, amd));
        layout.tag("both", index);
        registry.push("oci:" + layout.directory() + ":both", "app:both", "--all");

        Image name = RegistryKit.name(registry.host(), "app", "both");
        ResolvedImage image = images.resolve(name);

        assertThat(image.digest()).isEqualTo(amd.get("digest").asText());
        assertThat(image.indexDigest()).isEqualTo(index.get("digest").asText());
        assertThat(RegistryKit.layers(images, name)).containsExactly(HIGH);
    }

    @Test
    void shouldSayWhichPlatformsThereAre() throws Exception {
        ObjectNode arm = TestLayout.on("arm64", layout.image("arm64", "gzip", LOW));
        ObjectNode power = TestLayout.on("ppc64le", layout.image("ppc64le", "gzip", LOW));
        layout.tag("other", layout.index(List.of(arm, power)));
        registry.push("oci:" + layout.directory() + ":other", "app:other", "--all");

        ImageException e = RegistryKit.failure(images, RegistryKit.name(registry.host(), "app", "other"));

        assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(e)
                .hasMessage(registry.host()
                        + "/app:other: has no image for linux/amd64, only for linux/arm64, linux/ppc64le");
    }

    @Test
    void shouldReadLayersOfZstd() throws Exception {
        layout.tag("z", layout.image("amd64", "none", LOW, HIGH));
        registry.push("oci:" + layout.directory() + ":z", "app:z", "--dest-compress-format", "zstd");

        Image name = RegistryKit.name(registry.host(), "app", "z");

        assertThat(images.resolve(name).layers())
                .allSatisfy(layer -> assertThat(layer.mediaType()).endsWith("zstd"));
        assertThat(RegistryKit.layers(images, name)).containsExactly(LOW, HIGH);
    }

    @Test
    void shouldReadDockersFormat() throws Exception {
        layout.tag("d", layout.image("amd64", "gzip", LOW));
        registry.push("oci:" + layout.directory() + ":d", "app:d", "--format", "v2s2");

        Image name = RegistryKit.name(registry.host(), "app", "d");

        assertThat(images.resolve(name).layers().get(0).mediaType()).startsWith("application/vnd.docker.");
        assertThat(RegistryKit.layers(images, name)).containsExactly(LOW);
    }

    @Test
    void shouldResolveByDigest() throws Exception {
        ObjectNode manifest = layout.image("amd64", "gzip", LOW);
        layout.tag("1.0", manifest);
        registry.push("oci:" + layout.directory() + ":1.0", "app:1.0");
        String digest = manifest.get("digest").asText();

        ResolvedImage image = images.resolve(new Image.Registry(registry.host(), "app", "gone", digest));

        assertThat(image.digest()).isEqualTo(digest);
    }

    @Test
    void shouldSayWhatIsNotThere() {
        ImageException e = RegistryKit.failure(images, RegistryKit.name(registry.host(), "app", "2.0"));

        assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(e.temporary()).isFalse();
        assertThat(e)
                .hasMessage(registry.host() + "/app:2.0: http://" + registry.host()
                        + " answered 404 for its manifest: it is not there");
    }

    @Test
    void shouldSpeakTlsUnlessToldOtherwise() {
        ImageException e =
                RegistryKit.failure(new RegistryKit().images(), RegistryKit.name(registry.host(), "app", "1.0"));

        assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(e).hasMessageContaining("does not speak TLS: if that is meant, set plain-http");
    }

    @Test
    void shouldTryMirrorsFirst() throws Exception {
        layout.tag("1.0", layout.image("amd64", "gzip", LOW));
        registry.push("oci:" + layout.directory() + ":1.0", "cache/team/app:1.0");
        RegistriesConfig.Registry origin = new RegistriesConfig.Registry(
                List.of(
                        new RegistriesConfig.Mirror("127.0.0.1:1", ""),
                        new RegistriesConfig.Mirror(registry.host(), "cache")),
                RegistriesConfig.NO_FILE,
                false);
        ImageSource mirrored = new RegistryKit()
                .plain(registry.host())
                .with("nowhere.invalid", origin)
                .images();

        assertThat(RegistryKit.layers(mirrored, RegistryKit.name("nowhere.invalid", "team/app", "1.0")))
                .containsExactly(LOW);
        assertThat(RegistryKit.failure(mirrored, RegistryKit.name("nowhere.invalid", "team/app", "2.0")))
                .hasMessageContaining("nowhere.invalid cannot be reached: its name cannot be resolved (tried 4 times)")
                .hasMessageContaining("of its mirrors, 127.0.0.1:1 cannot be reached")
                .hasMessageContaining("answered 404");
    }
}
