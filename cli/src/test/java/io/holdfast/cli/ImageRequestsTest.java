package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image commands ask of nodes, and what they say of the answers. */
class ImageRequestsTest {
    private static final String NODES = """
            {"items": [{"id": "id-a", "name": "a", "state": "ready"},
                       {"id": "id-b", "name": "b", "state": "ready"},
                       {"id": "id-c", "name": "c", "state": "lost"}], "next": null}
            """;
    private static final String FULL = "docker.io/library/alpine:3.20";
    private static final String THERE = image("\"sha256:0123456789abcdef\"", "null", "null");

    private final FakeScheduler scheduler = new FakeScheduler().on("GET", "/v1/nodes", 200, NODES);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String image(String digest, String progress, String failure) {
        return """
                {"reference": "%s", "digest": %s, "sizeBytes": 3145728, "layers": 1,
                 "pulledAt": "2026-01-01T11:00:00Z", "usedAt": null, "allocations": 2,
                 "progress": %s, "failure": %s}""".formatted(FULL, digest, progress, failure);
    }

    private static String images(String node, int omitted, String image) {
        return "{\"node\": \"%s\", \"items\": [%s], \"omitted\": %d}".formatted(node, image, omitted);
    }

    private static String removed(String node, int images, int left) {
        return """
                {"node": "%s", "references": [], "images": %d, "layers": 2, "freedBytes": 2097152, "left": %d}""".formatted(node, images, left);
    }

    private static String problem(String code, String detail) {
        return "{\"code\": \"" + code + "\", \"detail\": \"" + detail + "\"}";
    }

    @Test
    void shouldListTheImagesOfAllReadyNodesThoughOneFails() {
        scheduler
                .on("GET", "/v1/nodes/id-a/images", 200, images("a", 3, THERE))
                .on("GET", "/v1/nodes/id-b/images", 503, problem("unavailable", "node b has no line"));

        Ran ran = Ran.on(scheduler).run("image", "ls");

        assertThat(ran.exitCode()).isEqualTo(69);
        assertThat(ran.out()).isEqualTo("""
                        NODE  IMAGE                          DIGEST               SIZE  LAYERS  PULLED  USED  ALLOCATIONS  NOTE
                        a     docker.io/library/alpine:3.20  sha256:0123456789ab  3Mi   1       1h ago  -     2            -
                        """);
        assertThat(ran.err()).isEqualTo("""
                        a has 3 more, which were not used for longer
                        holdfast: b: node b has no line
                        """);

        Ran json = Ran.on(scheduler).run("image", "ls", "-o", "json");
        assertThat(json.out()).contains("\"reason\" : \"node b has no line\"").contains(FULL);
    }

    @Test
    void shouldAskOnlyTheNodeThatIsNamed() {
        scheduler.on("GET", "/v1/nodes/a/images", 200, images("a", 0, THERE));

        Ran ran = Ran.on(scheduler).run("image", "ls", "--node", "a", "-o", "json");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).startsWith("{\n  \"node\" : \"a\"");
        assertThat(scheduler.asked()).hasSize(1);
        Ran none = Ran.on(scheduler).run("image", "ls", "--node", "z");
        assertThat(none.exitCode()).isEqualTo(66);
        assertThat(none.err()).startsWith("holdfast: ").hasLineCount(1);
    }

    @Test
    void shouldWaitForAPullAndTellTheNodesLineWhenItFails() {
        String taken = "{\"node\": \"a\", \"reference\": \"" + FULL + "\"}";
        scheduler
                .on("POST", "/v1/nodes/id-a/images", 202, taken)
                .on("POST", "/v1/nodes/id-b/images", 202, taken)
                .on("GET", "/v1/nodes/id-a/images", 200, images("a", 0, image("null", "\"pulling it: 1Mi\"", "null")))
                .on("GET", "/v1/nodes/id-a/images", 200, images("a", 0, THERE))
                .on("GET", "/v1/nodes/id-b/images", 200, images("b", 0, image("null", "null", "\"no such tag\"")));

        Ran ran = Ran.on(scheduler).run("image", "pull", "alpine:3.20");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("""
                        a: pulling it: 1Mi
                        a: docker.io/library/alpine:3.20 is there: sha256:0123456789abcdef, 3Mi
                        holdfast: b: no such tag
                        """);
        assertThat(scheduler.asked().stream().filter(asked -> asked.method().equals("POST")))
                .allMatch(asked -> asked.body().equals("{\"reference\":\"alpine:3.20\"}"));
        assertThat(scheduler.asked().stream()
                        .filter(asked -> asked.path().endsWith("images")
                                && asked.method().equals("GET")))
                .allMatch(asked -> asked.query().contains("reference=docker.io%2Flibrary%2Falpine%3A3.20"));
    }

    @Test
    void shouldRemoveWhereItIsAndSayWhereItIsInUse() {
        scheduler
                .on("DELETE", "/v1/nodes/id-a/images", 404, problem("not-found", "image x is not on this node"))
                .on("DELETE", "/v1/nodes/id-b/images", 200, removed("b", 1, 0));
        Ran ran = Ran.on(scheduler).run("image", "rm", "x");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEqualTo("b: 1 image and 2 layers removed, 2Mi freed\n");

        scheduler.on("DELETE", "/v1/nodes/id-b/images", 409, problem("conflict", "image x is used by allocation q"));
        Ran.on(scheduler).run("image", "rm", "x");
        Ran used = Ran.on(scheduler).run("image", "rm", "x");
        assertThat(used.exitCode()).isEqualTo(75);
        assertThat(used.err()).isEqualTo("holdfast: b: image x is used by allocation q\n");
    }

    @Test
    void shouldSayThatNoNodeHasItWhenNoneDoes() {
        scheduler
                .on("DELETE", "/v1/nodes/id-a/images", 404, problem("not-found", "image x is not on this node"))
                .on("DELETE", "/v1/nodes/id-b/images", 404, problem("not-found", "image x is not on this node"));
        Ran ran = Ran.on(scheduler).run("image", "rm", "x");
        assertThat(ran.exitCode()).isEqualTo(66);
        assertThat(ran.err()).isEqualTo("holdfast: on all 2 nodes: image x is not on this node\n");
    }

    @Test
    void shouldPruneUntilNothingIsLeft() {
        scheduler
                .on("POST", "/v1/nodes/a/images/prune", 200, removed("a", 3, 7))
                .on("POST", "/v1/nodes/a/images/prune", 200, removed("a", 0, 0));
        Ran ran = Ran.on(scheduler).run("image", "prune", "--node", "a");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEqualTo("a: 3 images and 4 layers removed, 4Mi freed\n");
    }

    @Test
    void shouldShowTheSameImageOnceWhenNodesAgree() {
        String details = """
                {"node": "%%s", "image": %s, "config": {"entrypoint": ["/bin/app"], "command": ["--serve"], "env": ["A=1"],
                 "user": "1000", "workDir": "", "stopSignal": "SIGINT", "volumes": [], "labels": {"k": "v"}},
                 "layers": [{"diffId": "sha256:cd", "sizeBytes": 3145728}], "omitted": 0}""".formatted(THERE);
        scheduler
                .on("GET", "/v1/nodes/id-a/images/inspect", 200, details.formatted("a"))
                .on("GET", "/v1/nodes/id-b/images/inspect", 200, details.formatted("b"));
        Ran ran = Ran.on(scheduler).run("image", "inspect", "alpine:3.20");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .containsOnlyOnce("IMAGE")
                .containsPattern("nodes +a, b\n")
                .contains("sha256:cd  3Mi");
    }

    @Test
    void shouldTellWhatWasDoneAsTheApiHasIt() {
        scheduler
                .on("POST", "/v1/nodes/a/images", 202, "{\"node\": \"a\", \"reference\": \"" + FULL + "\"}")
                .on("GET", "/v1/nodes/a/images", 200, images("a", 0, THERE))
                .on("DELETE", "/v1/nodes/a/images", 200, removed("a", 1, 0))
                .on("POST", "/v1/nodes/a/images/prune", 200, removed("a", 0, 0));
        assertThat(Ran.on(scheduler)
                        .run("image", "pull", "alpine:3.20", "--node", "a", "-o", "json")
                        .out())
                .startsWith("{\n  \"node\" : \"a\"")
                .contains(FULL);
        Ran rm = Ran.on(scheduler).run("image", "rm", "alpine:3.20", "--node", "a", "-o", "json");
        assertThat(rm.out()).contains("\"freedBytes\"");
        assertThat(rm.err()).isEmpty();
        assertThat(Ran.on(scheduler)
                        .run("image", "prune", "--node", "a", "--output=json")
                        .out())
                .contains("\"left\" : 0");
    }

    @Test
    void shouldSendAnArchiveToEachNode(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("app.tar"), "an archive".repeat(20_000));
        scheduler
                .on("POST", "/v1/nodes/id-a/images/import", 200, images("a", 0, THERE))
                .on("POST", "/v1/nodes/id-b/images/import", 422, problem("invalid", "the archive names no image"));

        Ran ran = Ran.on(scheduler).run("image", "import", file.toString(), "--name", "web:1");

        assertThat(ran.exitCode()).isEqualTo(65);
        assertThat(ran.err())
                .contains("a: docker.io/library/alpine:3.20 is there: sha256:0123456789abcdef, 3Mi\n")
                .endsWith("holdfast: b: the archive names no image\n");
        assertThat(scheduler.asked().stream().filter(asked -> asked.method().equals("POST")))
                .hasSize(2)
                .allMatch(asked -> asked.query().contains("reference=web%3A1"))
                .allMatch(asked -> asked.contentType().equals("application/x-tar"))
                .allMatch(asked -> asked.authorization().equals("Bearer secret"))
                .allMatch(asked -> asked.body().equals("an archive".repeat(20_000)));
    }

    @Test
    void shouldSendStandardInputToOneNodeOrToAll() {
        String archive = "an archive".repeat(20_000);
        for (String node : List.of("a", "id-a", "id-b")) {
            scheduler.on("POST", "/v1/nodes/" + node + "/images/import", 200, images(node, 0, THERE));
        }
        Ran one = Ran.on(scheduler).input(archive).run("image", "import", "-", "--node", "a", "-o", "json");
        assertThat(one.exitCode()).as(one.err()).isZero();
        assertThat(one.out()).startsWith("{\n  \"node\" : \"a\"").contains(FULL);
        assertThat(one.err()).isEqualTo("a: sending standard input: 64Ki\n");
        Ran all = Ran.on(scheduler).input(archive).run("image", "import", "-");
        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(scheduler.asked().stream().filter(asked -> asked.method().equals("POST")))
                .hasSize(3)
                .allMatch(asked -> asked.body().equals(archive));
    }

    @Test
    void shouldSayWhyAnArchiveCannotBeSent(@TempDir Path directory) throws Exception {
        Path empty = Files.createFile(directory.resolve("empty.tar"));
        Ran none = Ran.on(scheduler).run("image", "import", directory + "/none");
        assertThat(none.exitCode()).isEqualTo(66);
        assertThat(none.err()).isEqualTo("holdfast: there is no file " + directory + "/none\n");
        assertThat(Ran.on(scheduler)
                        .run("image", "import", directory.toString())
                        .err())
                .startsWith("holdfast: " + directory + " is a directory");
        assertThat(Ran.on(scheduler).run("image", "import").exitCode()).isEqualTo(64);
        Ran older = Ran.on(scheduler).run("image", "import", empty.toString(), "--node", "a");
        assertThat(older.exitCode()).isEqualTo(66);
        assertThat(older.err()).hasLineCount(1);
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThat(Ran.on(scheduler).run("image").exitCode()).isEqualTo(64);
        assertThat(Ran.on(scheduler).run("image", "pull").exitCode()).isEqualTo(64);
        assertThat(Ran.on(scheduler).run("image", "lss").err()).contains("did you mean ls?");
    }
}
