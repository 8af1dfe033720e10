package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.agent.image.registry.RegistryFixture;
import io.holdfast.cli.role.DevPlaces;
import io.holdfast.keeper.LayerTars;
import io.holdfast.keeper.launch.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose image comes from Docker's own registry: from the reference to the exit code. */
@Tag("root")
class ImageJobTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final String APP = """
            #!/bin/sh
            echo "$0 $@ in $PWD, mode $MODE"
            cat /etc/of-the-top /etc/hostname
            [ "$1" = --serve ] || exit 3
            """;

    @TempDir
    private Path directory;

    private RegistryFixture registry;
    private Path registries;
    private Part part;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "needs root: containers are made");
        RegistryFixture.required();
        registry = RegistryFixture.plain(directory);
        byte[] base = LayerTars.of(TestImage.make(directory)).tar();
        byte[] top = new LayerTars.Builder()
                .file("bin/app", 0755, 0, 0, APP.getBytes())
                .file("etc/of-the-top", "top\n")
                .file("etc/.wh.secret", "")
                .directory("srv", 0755, 1000, 1000)
                .build()
                .tar();
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1", layout.image("amd64", "gzip", base, top));
        registry.push("oci:" + layout.directory() + ":1", "team/app:1");
        registries = Files.writeString(
                directory.resolve("registries.yaml"),
                "registries:\n  \"%s\": {plain-http: true}\n".formatted(registry.host()));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        if (part != null) {
            part.close();
        }
        if (registry != null) {
            registry.close();
        }
        Path data = directory.resolve("dev");
        Traces.remove(data.resolve("keeper"));
        assertThat(Traces.cgroups(DevPlaces.of(data).cgroupParent())).isEmpty();
        assertThat(Traces.mounts(directory.toString())).isEmpty();
    }

    private String reference() {
        return registry.host() + "/team/app:1";
    }

    private Api dev(String... more) throws Exception {
        Path data = directory.resolve("dev");
        part = Part.start(
                "dev", "--data-dir", data.toString(), "--http-port", "0", "--registries", registries.toString());
        return new Api(part.awaitReady(), data);
    }

    private static String job(String name, String image, String more) {
        return """
                job: %s
                type: batch
                groups:
                  - name: main
                    restart: {attempts: 0}
                    tasks:
                      - {name: main, image: "%s"%s}
                """.formatted(name, image, more);
    }

    @Test
    void shouldRunAnImageFromNothingToNothing() throws Exception {
        part = Part.start("demo", "--registries", registries.toString(), "--image", reference());

        assertThat(part.awaitExit()).as(part.output()).isZero();
        assertThat(part.output())
                .contains("/bin/app --serve in /srv, mode test\ntop\ndemo-main-0\n")
                .contains("nothing is left behind");
    }

    @Test
    void shouldOverrideWhatTheImageSaysAndPullItOnce() throws Exception {
        Api api = dev();
        api.put("plain", job("plain", reference(), ""));
        JsonNode plain = api.awaitAllocations("plain", "complete", 1, BOUND).get(0);
        assertThat(api.logs(plain.path("id").asText())).startsWith("/bin/app --serve in /srv");

        registry.close();

        api.put("args", job("args", reference(), ", pull: never, args: [--other], env: {MODE: job}, workDir: /"));
        JsonNode args = api.awaitAllocations("args", "failed", 1, BOUND).get(0);
        assertThat(api.logs(args.path("id").asText())).startsWith("/bin/app --other in /, mode job");
        assertThat(args.path("tasks").get(0).path("exitCode").asInt()).isEqualTo(3);

        api.put("always", job("always", reference(), ", pull: always"));
        JsonNode always = api.awaitAllocations("always", "failed", 1, BOUND).get(0);
        assertThat(always.path("reason").asText())
                .startsWith(reference() + ": ")
                .as("one line that says what was tried")
                .doesNotContain("\n");
    }

    @Test
    void shouldSayInOneLineWhyAnImageIsRefused() throws Exception {
        Api api = dev();
        api.put("none", job("none", registry.host() + "/team/app:none", ""));
        api.put("never", job("never", registry.host() + "/team/app:1", ", pull: never"));
        api.put("tls", job("tls", registry.host().replace("127.0.0.1", "localhost") + "/team/app:1", ""));

        assertThat(reason(api, "none"))
                .startsWith(registry.host() + "/team/app:none: ")
                .contains("not");
        assertThat(reason(api, "never"))
                .isEqualTo("image " + reference() + " is not on this node, and the task says pull: never");
        assertThat(reason(api, "tls")).contains("plain-http");
    }

    private static String reason(Api api, String job) throws Exception {
        return api.awaitAllocations(job, "failed", 1, BOUND)
                .get(0)
                .path("reason")
                .asText();
    }
}
