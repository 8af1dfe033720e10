package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.agent.image.registry.RegistryFixture;
import io.holdfast.cli.role.DevPlaces;
import io.holdfast.keeper.LayerTars;
import io.holdfast.keeper.launch.TestImage;
import io.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    private TestLayout layout;
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
        layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1", layout.image("amd64", "gzip", base, top));
        byte[] moved = new LayerTars.Builder()
                .file("etc/of-the-top", "moved\n")
                .directory("srv", 0755, 1000, 1000)
                .build()
                .tar();
        layout.tag("2", layout.image("amd64", "gzip", base, moved));
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
                .startsWith(reference() + "@sha256:")
                .as("one line that says what was tried")
                .doesNotContain("\n");
    }

    @Test
    void shouldSayInOneLineWhyAnImageIsRefused() throws Exception {
        Api api = dev();
        api.put("none", job("none", registry.host() + "/team/app:none", ""));
        api.put("never", job("never", registry.host() + "/team/app:1", ", pull: never"));
        api.put("tls", job("tls", registry.host().replace("127.0.0.1", "localhost") + "/team/app:1", ""));

        assertThat(pendingReason(api, "none"))
                .startsWith("image " + registry.host() + "/team/app:none is not resolved by node ")
                .contains("not");
        assertThat(reason(api, "never"))
                .isEqualTo("image " + reference() + " is not on this node, and the task says pull: never");
        assertThat(pendingReason(api, "tls")).contains("plain-http");
        assertThat(api.allocations("none", "pending")).isEmpty();

        registry.push("oci:" + layout.directory() + ":1", "team/app:none");
        api.awaitAllocations("none", "complete", 1, BOUND);
    }

    private static String pendingReason(Api api, String job) {
        return Await.value(
                "why " + job + " waits",
                BOUND,
                () -> api.get("/v1/jobs/" + job).at("/groups/0/pendingReason").asText(),
                reason -> reason.startsWith("image "));
    }

    private static String service(int count, String env) {
        return """
                job: web
                type: service
                groups:
                  - name: main
                    count: %d
                    update: {minHealthy: 100ms}
                    tasks:
                      - name: main
                        image: "IMAGE"
                        pull: always
                        command: [/bin/sh, -c, "cat /etc/of-the-top; /bin/sh -c 'kill -STOP $$'; :"]
                        env: {A: "%s"}
                        stopGrace: 100ms
                        resources: {cpu: 10m, memory: 32Mi, pids: 16}
                """.formatted(count, env);
    }

    /** {@code pull: always} asks the registry at each start: what comes is what the tag stood for when the job was submitted. */
    @Test
    void shouldRunTheSameBytesInEachReplicaThoughTheTagMoves() throws Exception {
        Api api = dev();
        api.put("web", service(1, "1").replace("IMAGE", reference()));
        String first = api.awaitAllocations("web", "running", 1, BOUND)
                .get(0)
                .path("id")
                .asText();
        JsonNode image = api.get("/v1/jobs/web").at("/groups/0/images/0");
        assertThat(image.path("reference").asText()).isEqualTo(reference());
        assertThat(image.path("digest").asText()).startsWith("sha256:");

        registry.push("oci:" + layout.directory() + ":2", "team/app:1");
        api.put("web", service(2, "1").replace("IMAGE", reference()));
        List<JsonNode> both = api.awaitAllocations("web", "running", 2, BOUND);
        assertThat(both).extracting(one -> one.path("id").asText()).contains(first);
        for (JsonNode one : both) {
            String id = one.path("id").asText();
            Await.until("the bytes", BOUND, () -> logs(api, id).equals("top\n"));
        }
        assertThat(api.get("/v1/jobs/web").at("/groups/0/images/0")).isEqualTo(image);

        api.put("web", service(1, "2").replace("IMAGE", reference()));
        Await.until(
                "the bytes of now",
                BOUND,
                () -> api.allocations("web", "running").stream()
                        .anyMatch(one -> one.path("jobVersion").asInt() == 3
                                && logs(api, one.path("id").asText()).equals("moved\n")));
        assertThat(api.get("/v1/jobs/web").at("/groups/0/images/0/digest").asText())
                .startsWith("sha256:")
                .isNotEqualTo(image.path("digest").asText());
    }

    private static String logs(Api api, String allocation) {
        try {
            return api.logs(allocation);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String reason(Api api, String job) throws Exception {
        return api.awaitAllocations(job, "failed", 1, BOUND)
                .get(0)
                .path("reason")
                .asText();
    }
}
