package io.holdfast.agent.image.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.TestLayers;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.agent.image.Tools;
import io.holdfast.agent.image.registry.RegistryKit;
import io.holdfast.model.job.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutSourceTest {
    private static final byte[] LOW = TestLayers.tar(6, 30_000);
    private static final byte[] HIGH = TestLayers.tar(7, 40_000);

    @TempDir
    Path directory;

    private final ImageSource images = new RegistryKit().images();
    private TestLayout layout;

    @BeforeEach
    void start() throws Exception {
        layout = new TestLayout(directory);
    }

    @Test
    void shouldReadTheOnlyImage() throws Exception {
        layout.tag("", layout.image("amd64", "zstd", LOW, HIGH));

        assertThat(RegistryKit.layers(images, name(""))).containsExactly(LOW, HIGH);
    }

    @Test
    void shouldPickByTagAndPlatform() throws Exception {
        ObjectNode amd = TestLayout.on("amd64", layout.image("amd64", "gzip", LOW));
        ObjectNode arm = TestLayout.on("arm64", layout.image("arm64", "none", LOW));
        layout.tag("a", layout.index(List.of(arm, amd))).tag("b", layout.image("amd64", "none", HIGH));

        assertThat(RegistryKit.layers(images, name("a"))).containsExactly(LOW);
        assertThat(RegistryKit.layers(images, name("b"))).containsExactly(HIGH);
        assertThat(RegistryKit.failure(images, name("")))
                .hasMessage("oci:" + directory + ": holds 2 images, name one of them: a, b");
        assertThat(RegistryKit.failure(images, name("c")))
                .hasMessage("oci:" + directory + ":c: holds no image with this tag, only a, b");
    }

    @Test
    void shouldTakeOneImageWithTwoTagsForOne() throws Exception {
        ObjectNode image = layout.image("amd64", "none", LOW);
        layout.tag("1", image).tag("latest", image);

        assertThat(RegistryKit.layers(images, name(""))).containsExactly(LOW);
    }

    @Test
    void shouldReadWhatUmociMade() throws Exception {
        Tools.required("umoci");
        Path made = directory.resolve("umoci");
        Tools.run("umoci", "init", "--layout", made.toString());
        Tools.run("umoci", "new", "--image", made + ":app");
        Path file = Files.write(directory.resolve("file"), LOW);
        Tools.run("umoci", "insert", "--image", made + ":app", file.toString(), "/srv/file");
        Tools.run("umoci", "config", "--image", made + ":app", "--architecture", "amd64", "--config.cmd", "/srv/file");

        Image app = new Image.Layout(made.toString(), "app");

        assertThat(images.resolve(app).config().command()).containsExactly("/srv/file");
        assertThat(RegistryKit.layers(images, app)).hasSize(1);
    }

    @Test
    void shouldRefuseBlobsThatAreNotTheirDigest() throws Exception {
        ObjectNode manifest = layout.image("amd64", "gzip", LOW);
        layout.tag("", manifest);
        Path layer = layout.path(images.resolve(name("")).layers().get(0).digest());
        byte[] bytes = Files.readAllBytes(layer);
        bytes[5] ^= 1; // in the time gzip keeps: only the digest tells
        Files.write(layer, bytes);
        assertThat(RegistryKit.failure(images, name("")))
                .hasMessageContaining("has content of digest")
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));

        Files.writeString(layout.path(manifest.get("digest").asText()), "{}");
        assertThat(RegistryKit.failure(images, name(""))).hasMessageContaining("its manifest is not what its digest");
    }

    @Test
    void shouldRefuseAnotherPlatform() throws Exception {
        layout.tag("", layout.image("arm64", "gzip", LOW));

        assertThat(RegistryKit.failure(images, name("")))
                .hasMessage("oci:" + directory + ": is for linux/arm64, and this node is linux/amd64");
    }

    @Test
    void shouldSayWhatIsNotThere() {
        ImageException e = RegistryKit.failure(images, new Image.Layout("/nowhere", ""));

        assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(e).hasMessage("oci:/nowhere: /nowhere/oci-layout is not there");
    }

    private Image name(String tag) {
        return new Image.Layout(directory.toString(), tag);
    }
}
