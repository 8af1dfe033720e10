package io.holdfast.agent.image.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.TestLayers;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.agent.image.Tools;
import io.holdfast.agent.image.registry.RegistryKit;
import io.holdfast.model.job.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveSourceTest {
    private static final byte[] LOW = TestLayers.tar(8, 30_000);
    private static final byte[] HIGH = TestLayers.tar(9, 40_000);

    @TempDir
    Path directory;

    private final ImageSource images = new RegistryKit().images();

    @Test
    void shouldReadSkopeosDockerArchive() throws Exception {
        Tools.required("skopeo");
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1", layout.image("amd64", "gzip", LOW, HIGH));
        Tools.skopeoCopy("oci:" + layout.directory() + ":1", "docker-archive:" + file() + ":app:1");

        ResolvedImage image = images.resolve(name());

        assertThat(image.config().entrypoint()).containsExactly("/bin/app");
        assertThat(image.layers().get(0).digest()).isEqualTo(Digests.of(LOW));
        assertThat(image.layers().get(0).sizeBytes()).isEqualTo(LOW.length);
        assertThat(RegistryKit.layers(images, name())).containsExactly(LOW, HIGH);
    }

    @Test
    void shouldReadALayoutInATar() throws Exception {
        Tools.required("skopeo");
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        ObjectNode manifest = layout.image("amd64", "gzip", LOW, HIGH);
        layout.tag("1", manifest);
        Tools.skopeoCopy("oci:" + layout.directory() + ":1", "oci-archive:" + file() + ":1");

        assertThat(images.resolve(name()).digest())
                .isEqualTo(manifest.get("digest").asText());
        assertThat(RegistryKit.layers(images, name())).containsExactly(LOW, HIGH);
    }

    @Test
    void shouldFollowLinksInsideTheArchive() throws Exception {
        try (TarArchiveOutputStream tar = tar()) {
            link(tar, "a/layer.tar", "../b/layer.tar", TarConstants.LF_SYMLINK);
            put(tar, "b/layer.tar", LOW);
            link(tar, "c/layer.tar", "b/layer.tar", TarConstants.LF_LINK);
            head(tar, LOW, "a/layer.tar", "c/layer.tar");
        }

        assertThat(RegistryKit.layers(images, name())).containsExactly(LOW, LOW);
    }

    @Test
    void shouldNotFollowLinksOutOfTheArchive() throws Exception {
        Path outside = Files.write(directory.resolve("outside.tar"), LOW);
        for (String target : new String[] {outside.toString(), "../../../../../../.." + outside}) {
            try (TarArchiveOutputStream tar = tar()) {
                link(tar, "a/layer.tar", target, TarConstants.LF_SYMLINK);
                head(tar, LOW, "a/layer.tar");
            }
            assertThat(RegistryKit.failure(images, name()).kind()).isEqualTo(Kind.CORRUPT);
        }
    }

    @Test
    void shouldNotFollowLinksInCircles() throws Exception {
        try (TarArchiveOutputStream tar = tar()) {
            link(tar, "a", "b", TarConstants.LF_SYMLINK);
            link(tar, "b", "a", TarConstants.LF_SYMLINK);
            head(tar, LOW, "a");
        }

        assertThat(RegistryKit.failure(images, name()).kind()).isEqualTo(Kind.CORRUPT);
    }

    @Test
    void shouldReadCompressedLayersAndArchives() throws Exception {
        try (TarArchiveOutputStream tar = tar()) {
            put(tar, "layer.tar.gz", TestLayers.gzip(LOW));
            head(tar, LOW, "layer.tar.gz");
        }
        Files.write(file(), TestLayers.gzip(Files.readAllBytes(file())));

        assertThat(RegistryKit.layers(images, name())).containsExactly(LOW);
    }

    @Test
    void shouldRefuseALayerThatIsNotItsDiffId() throws Exception {
        try (TarArchiveOutputStream tar = tar()) {
            put(tar, "layer.tar", HIGH);
            head(tar, LOW, "layer.tar");
        }

        assertThat(RegistryKit.failure(images, name()))
                .hasMessageContaining("has content of digest " + Digests.of(HIGH));
    }

    @Test
    void shouldSayWhenThereAreSeveralImages() throws Exception {
        try (TarArchiveOutputStream tar = tar()) {
            put(tar, "manifest.json", text("[{\"RepoTags\":[\"a:1\"]},{\"RepoTags\":[\"b:2\"]}]"));
        }

        assertThat(RegistryKit.failure(images, name()))
                .hasMessageContaining("holds 2 images where one is expected: a:1, b:2");
    }

    @Test
    void shouldRefuseWhatIsNoArchive() throws Exception {
        Files.write(file(), new byte[2_000]);
        assertThat(RegistryKit.failure(images, name())).hasMessageContaining("is no archive of an image");
        Files.write(file(), LOW);
        assertThat(RegistryKit.failure(images, name())).hasMessageContaining("is no archive of an image");
        Files.delete(file());
        assertThat(RegistryKit.failure(images, name()).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void shouldNotWaitForAPipe() throws Exception {
        Tools.run("mkfifo", file().toString());

        assertThat(RegistryKit.failure(images, name())).hasMessageEndingWith("app.tar is no regular file");
    }

    private Path file() {
        return directory.resolve("app.tar");
    }

    private Image name() {
        return new Image.Archive(file().toString());
    }

    private TarArchiveOutputStream tar() throws IOException {
        OutputStream out = Files.newOutputStream(file());
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        return tar;
    }

    /** The head of the old form, for layers that all are {@code tarOfEach}. */
    private static void head(TarArchiveOutputStream tar, byte[] tarOfEach, String... layers) throws IOException {
        String diffId = "\"" + Digests.of(tarOfEach) + "\"";
        String diffIds = diffId + ("," + diffId).repeat(layers.length - 1);
        put(
                tar,
                "config.json",
                text("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + diffIds + "]}}"));
        put(
                tar,
                "manifest.json",
                text("[{\"Config\":\"config.json\",\"Layers\":[\"" + String.join("\",\"", layers) + "\"]}]"));
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target, byte type) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
