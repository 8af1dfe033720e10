package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.agent.image.TestArchive;
import io.holdfast.agent.image.TestLayers;
import io.holdfast.cli.role.DevPlaces;
import io.holdfast.keeper.LayerTars;
import io.holdfast.keeper.launch.TestImage;
import io.holdfast.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of an image on a node, with the command: pulled ahead, looked at, run, and removed when nothing needs it. */
@Tag("root")
class ImagesTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Part dev;
    private String address;
    private String parent;
    private String reference;

    @BeforeEach
    void requireRoot() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "needs root: containers are made");
        Path layout = directory.resolve("app");
        ImageLayout.write(layout, "echo from the image; exec sleep 100000");
        reference = "oci:" + layout;
        Path data = directory.resolve("dev");
        parent = DevPlaces.of(data).cgroupParent();
        dev = Part.start("dev", "--data-dir", data.toString(), "--http-port", "0");
        address = dev.awaitReady();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        if (dev == null) {
            return;
        }
        dev.end();
        Traces.remove(directory.resolve("dev/keeper"));
        assertThat(Traces.cgroups(parent)).as("cgroups left").isEmpty();
        assertThat(Traces.mounts(directory.toString())).as("mounts left").isEmpty();
    }

    private Tool.Ran image(String command, String... more) throws InterruptedException {
        return Tool.run(words(command, more), new byte[0]);
    }

    private List<String> words(String command, String... more) {
        List<String> words = Tool.command(
                "image",
                command,
                "--address",
                address,
                "--data-dir",
                directory.resolve("dev").toString());
        words.addAll(List.of(more));
        return words;
    }

    @Test
    void shouldPullLookRunAndRemove() throws Exception {
        Tool.Ran none = image("pull", "oci:" + directory.resolve("none"));
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains(directory.resolve("none").toString());

        Tool.Ran pulled = image("pull", reference);
        assertThat(pulled.err()).contains(reference + " is there: sha256:");
        assertThat(pulled.exitCode()).isZero();
        assertThat(image("ls").out()).containsPattern(reference + " +sha256:");
        assertThat(image("inspect", reference).out()).contains("/bin/sh -c echo from the image", "SIGKILL");

        Api api = new Api(address, directory.resolve("dev"));
        api.put("app", """
                job: app
                type: service
                groups:
                  - name: main
                    tasks:
                      - name: main
                        image: "%s"
                        pull: never
                        stopGrace: 100ms
                        resources: {cpu: 10m, memory: 32Mi, pids: 16}
                """.formatted(reference));
        String allocation = api.awaitAllocations("app", "running", 1, BOUND)
                .get(0)
                .path("id")
                .asText();
        Await.until("what it says", BOUND, () -> logs(api, allocation).equals("from the image\n"));

        Tool.Ran used = image("rm", reference);
        assertThat(used.exitCode()).isEqualTo(75);
        assertThat(used.err())
                .isEqualTo("holdfast: image " + reference + " is used by allocation " + allocation
                        + ": stop what runs it first\n");
        assertThat(image("prune").err()).contains(": 0 images and 0 layers removed");

        assertThat(api.ask("DELETE", "/v1/jobs/app", "").statusCode()).isEqualTo(200);
        api.awaitAllocations("app", "stopped", 1, BOUND);
        Tool.Ran removed = image("rm", reference);
        assertThat(removed.exitCode()).as(removed.err()).isZero();
        assertThat(image("ls").out()).doesNotContain(reference);
        assertThat(image("inspect", reference).exitCode()).isEqualTo(66);

        assertThat(image("pull", reference).exitCode()).isZero();
        assertThat(image("prune").err()).contains(": 1 image and ");
        assertThat(image("rm", reference).exitCode()).isEqualTo(66);
    }

    @Test
    void shouldImportRunAndRemove() throws Exception {
        byte[] root = LayerTars.of(TestImage.make(directory)).tar();
        byte[] archive = new TestArchive()
                .image(List.of("team/app:1"), "cat /etc/of-the-top", root, top())
                .bytes();
        Path file = Files.write(directory.resolve("app.tar"), archive);
        Path cut = Files.write(directory.resolve("cut.tar"), Arrays.copyOf(archive, archive.length / 2));

        assertRefused(image("import", cut.toString()), 65, "the archive: ");
        assertRefused(image("import", directory.resolve("none").toString()), 66, "there is no file ");
        assertRefused(image("import", file.toString(), "--name", "a@sha256:" + "0".repeat(64)), 64, "has a digest");
        assertThat(image("ls").out()).doesNotContain("team/");

        Tool.Ran imported = image("import", file.toString());
        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(imported.err()).contains("docker.io/team/app:1 is there: sha256:");
        assertThat(directory.resolve("dev/agent/imports")).isEmptyDirectory();

        Api api = new Api(address, directory.resolve("dev"));
        api.put("app", batch("app", "team/app:1"));
        String allocation = api.awaitAllocations("app", "complete", 1, BOUND)
                .get(0)
                .path("id")
                .asText();
        assertThat(logs(api, allocation)).isEqualTo("top\n");

        Tool.Ran named = Tool.run(words("import", "-", "--name", "other", "-o", "json"), TestLayers.gzip(archive));
        assertThat(named.exitCode()).as(named.err()).isZero();
        assertThat(named.out()).contains("\"reference\" : \"docker.io/library/other:latest\"");
        assertThat(image("rm", "team/app:1").exitCode()).isZero();
        assertThat(image("prune", "-o", "json").out()).contains("\"images\" : 1");
        assertThat(image("ls").out()).doesNotContain("team/app", "other");
    }

    private static byte[] top() {
        return new LayerTars.Builder().file("etc/of-the-top", "top\n").build().tar();
    }

    private static String batch(String name, String image) {
        return """
                job: %s
                type: batch
                groups:
                  - name: main
                    restart: {attempts: 0}
                    tasks:
                      - {name: main, image: "%s", pull: never}
                """.formatted(name, image);
    }

    private static void assertRefused(Tool.Ran ran, int exitCode, String why) {
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
        assertThat(ran.err().lines().filter(line -> line.startsWith("holdfast: ")))
                .hasSize(1)
                .allMatch(line -> line.contains(why));
    }

    private static String logs(Api api, String allocation) {
        try {
            return api.logs(allocation);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
