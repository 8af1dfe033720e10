package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeScheduler;
import io.holdfast.agent.image.Digests;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.TestArchive;
import io.holdfast.agent.image.TestLayers;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.agent.image.Tools;
import io.holdfast.agent.pull.Imports;
import io.holdfast.agent.reconcile.Samples;
import io.holdfast.keeper.Root;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.LineMessage.OpenImport;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.Capacity;
import io.holdfast.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of images that are sent to a node with a real keeper: what is sound is there afterwards, of all else nothing is left. */
@Tag("root")
class ImportTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int PIECE = 32 << 10;
    private static final byte[] LOW = TestLayers.tar(1, 200_000);
    private static final byte[] HIGH = TestLayers.tar(2, 100_000);
    private static final String WEB = "docker.io/team/web:1";

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private FakeScheduler scheduler;
    private RealKeeper keeper;
    private Agent agent;
    private int streams;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        scheduler = new FakeScheduler(
                        vertx, new LineMessage.Welcome(Samples.CLUSTER, 60_000, "none", List.of("127.0.0.1:1")))
                .start(0);
        Files.writeString(directory.resolve("token"), FakeScheduler.TOKEN);
        keeper = new RealKeeper().start();
        startAgent();
    }

    @AfterEach
    void close() throws Exception {
        if (agent != null) {
            get(agent.close());
        }
        if (keeper != null) {
            keeper.close();
        }
        get(vertx.close());
    }

    private void startAgent() throws Exception {
        agent = get(Agent.start(
                new AgentConfig(
                        directory.resolve("agent"),
                        "host-1",
                        List.of(scheduler.address()),
                        directory.resolve("token"),
                        keeper.socket(),
                        new Capacity(0, 0, 0, 0),
                        false,
                        10_000),
                vertx));
        Await.until("the line and the keeper", BOUND, () -> {
            AgentHealth health = get(agent.health());
            return health.line() && health.keeper();
        });
        // what layers there are is asked of the keeper after that
        Await.until("its layers", BOUND, () -> {
            FakeScheduler.Stream stream = open("", OpenImport.UNKNOWN);
            Await.until("a word", BOUND, () -> !stream.messages().isEmpty());
            stream.socket().close();
            return stream.messages().get(0).length == 0;
        });
        awaitNothingSpooled();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private FakeScheduler.Stream open(String reference, long sizeBytes) {
        String id = "import-" + ++streams;
        return scheduler.openStream(id, new OpenImport(id, reference, sizeBytes));
    }

    /** Ready for the archive, unless it was refused. */
    private FakeScheduler.Stream opened(String reference, long sizeBytes) {
        FakeScheduler.Stream stream = open(reference, sizeBytes);
        Await.until("the first word", BOUND, () -> !stream.messages().isEmpty());
        return stream;
    }

    private static void send(FakeScheduler.Stream stream, byte[] bytes) {
        for (int from = 0; from < bytes.length; from += PIECE) {
            int to = Math.min(bytes.length, from + PIECE);
            stream.socket().writeBinaryMessage(Buffer.buffer(Arrays.copyOfRange(bytes, from, to)));
        }
    }

    private static LineMessage.Answer answer(FakeScheduler.Stream stream) throws IOException {
        Await.until("the end", BOUND, () -> stream.closeStatus() != 0);
        assertThat(stream.closeStatus()).isEqualTo(LineMessage.CLOSE_DONE);
        List<byte[]> messages = stream.messages();
        return Json.mapper().readValue(messages.get(messages.size() - 1), LineMessage.Answer.class);
    }

    private LineMessage.Answer imported(String reference, byte[] archive) throws IOException {
        FakeScheduler.Stream stream = opened(reference, archive.length);
        send(stream, archive);
        stream.socket().writeBinaryMessage(Buffer.buffer());
        return answer(stream);
    }

    private static List<NodeImages.Entry> entries(LineMessage.Answer answer) throws IOException {
        assertThat(answer.code()).as(answer.message()).isEmpty();
        return Json.mapper().treeToValue(answer.body(), NodeImages.Listed.class).images();
    }

    private String refused(String reference, byte[] archive) throws Exception {
        LineMessage.Answer answer = imported(reference, archive);
        assertThat(answer.message()).doesNotContain("\n").doesNotContain(directory.toString());
        awaitNothingSpooled();
        assertThat(layers()).isEmpty();
        assertThat(directory.resolve("agent/images.json")).doesNotExist();
        return answer.code() + ": " + answer.message();
    }

    private void awaitNothingSpooled() {
        Await.until("no archive on the disk", BOUND, () -> spooled() == 0);
    }

    private long spooled() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("agent/imports"))) {
            return files.count();
        }
    }

    private List<String> layers() throws IOException {
        try (KeeperClient client = KeeperClient.connect(keeper.socket())) {
            return client.call(new Request.ListLayers(), Reply.Layers.class).items().stream()
                    .map(Reply.LayerStatus::diffId)
                    .toList();
        }
    }

    private static byte[] web() throws IOException {
        return new TestArchive().image(List.of("team/web:1"), "true", LOW, HIGH).bytes();
    }

    @Test
    void shouldRefuseInOneLineWhatIsNoArchive() throws Exception {
        byte[] web = web();
        byte[] zipped = TestLayers.gzip(web);
        byte[] garbage = {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertThat(refused("", new byte[0]))
                .startsWith("invalid: the archive: ")
                .contains("is no archive of an image");
        assertThat(refused("", "hello".repeat(400).getBytes(StandardCharsets.UTF_8)))
                .startsWith("invalid: the archive: ");
        assertThat(refused("", garbage)).startsWith("invalid: the archive: it cannot be read: ");
        assertThat(refused("", LOW)).contains("is no archive of an image");
        assertThat(refused("", Arrays.copyOf(web, web.length / 2))).startsWith("invalid: the archive: ");
        assertThat(refused("", Arrays.copyOf(zipped, zipped.length - 100))).startsWith("invalid: the archive: ");
    }

    @Test
    void shouldKeepNoLayerOfAnImageThatIsNotWhatItSays() throws Exception {
        byte[] archive = new String(web(), StandardCharsets.ISO_8859_1)
                .replace(Digests.of(HIGH), Digests.of("other".getBytes(StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refused("", archive))
                .startsWith("invalid: " + WEB + ": layer sha256:")
                .contains("has content of digest " + Digests.of(HIGH));
    }

    @Test
    void shouldKeepNothingOfAnArchiveOneOfWhoseImagesIsWrong() throws Exception {
        byte[] other = TestLayers.tar(3, 50_000);
        byte[] whole = new TestArchive()
                .image(List.of("team/web:1"), "true", LOW)
                .image(List.of("team/db:1"), "true", HIGH, other)
                .bytes();
        byte[] archive = new String(whole, StandardCharsets.ISO_8859_1)
                .replace(Digests.of(other), Digests.of("other".getBytes(StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refused("", archive)).startsWith("invalid: docker.io/team/db:1: layer sha256:");
    }

    @Test
    void shouldRefuseNamesThatAreNotClear() throws Exception {
        assertThat(refused("", new TestArchive().image(List.of(), "true", LOW).bytes()))
                .isEqualTo("invalid: the archive names no image: give a name with --name, as team/web:1.0");
        assertThat(refused(
                        "",
                        new TestArchive().image(List.of("Web:1"), "true", LOW).bytes()))
                .startsWith("invalid: the archive: an image's name: Web:1 must be");
        assertThat(refused(
                        "",
                        new TestArchive()
                                .image(List.of("web:1"), "true", LOW)
                                .image(List.of("library/web:1"), "true", HIGH)
                                .bytes()))
                .isEqualTo("invalid: the archive has two images named library/web:1");
        assertThat(refused(
                        "team/other:1",
                        new TestArchive()
                                .image(List.of("web:1"), "true", LOW)
                                .image(List.of("db:1"), "true", HIGH)
                                .bytes()))
                .startsWith("invalid: the archive holds 2 images, and a name is given for one");
        assertThat(refused("web@" + Digests.of(LOW), web())).contains("has a digest, which follows from");
        assertThat(refused("oci:/srv/web", web())).contains("is no name that an image can be given");
    }

    @Test
    void shouldRefuseWhatIsTooLargeBeforeItComes() throws Exception {
        FakeScheduler.Stream stream = open("", ImageLimits.MAX_ARCHIVE_BYTES + 1);
        assertThat(answer(stream).code()).isEqualTo("too-large");
        assertThat(answer(stream).message()).startsWith("the archive is above 64Gi, the most");
        awaitNothingSpooled();
    }

    @Test
    void shouldLeaveNothingWhenTheSenderHangsUp() throws Exception {
        byte[] web = web();
        FakeScheduler.Stream stream = opened("", web.length);
        send(stream, Arrays.copyOf(web, web.length / 2));
        Await.until("a part of it", BOUND, () -> spooled() == 1);
        stream.socket().close();
        awaitNothingSpooled();

        FakeScheduler.Stream whole = opened("", web.length);
        send(whole, web);
        whole.socket().close(); // all has come but for the word that it has
        awaitNothingSpooled();
        assertThat(layers()).isEmpty();
        assertThat(entries(imported("", web))).hasSize(1);
    }

    @Test
    void shouldBeThereOrLeaveNothingWhenTheSenderHangsUpWhileItIsUnpacked() throws Exception {
        byte[] web = web();
        FakeScheduler.Stream stream = opened("", web.length);
        send(stream, web);
        stream.socket().writeBinaryMessage(Buffer.buffer());
        stream.socket().close();
        awaitNothingSpooled();
        boolean there = Files.exists(directory.resolve("agent/images.json"));
        assertThat(layers()).hasSize(there ? 2 : 0);
        assertThat(entries(imported("", web))).hasSize(1);
    }

    @Test
    void shouldRemoveWhatAnAgentThatWasKilledHasLeft() throws Exception {
        get(agent.close());
        Files.write(directory.resolve("agent/imports/7.tar"), LOW);
        startAgent();
        assertThat(spooled()).isZero();
    }

    @Test
    void shouldTakeNoMoreAtOnceThanItsBound() throws Exception {
        FakeScheduler.Stream first = opened("", 10);
        for (int i = 1; i < Imports.MAX_IMPORTS; i++) {
            opened("", 10);
        }
        FakeScheduler.Stream last = open("", 10);
        assertThat(answer(last).code()).isEqualTo("unavailable");
        assertThat(answer(last).message()).contains("the most at once");
        first.socket().close();
        Await.until("room for one", BOUND, () -> opened("", 10).messages().get(0).length == 0);
    }

    @Test
    void shouldEndWellOrInOneLineWhenTheSameComesTwiceAtOnce() throws Exception {
        byte[] web = web();
        FakeScheduler.Stream one = opened("", web.length);
        FakeScheduler.Stream two = opened("", web.length);
        for (FakeScheduler.Stream stream : List.of(one, two)) {
            send(stream, web);
        }
        for (FakeScheduler.Stream stream : List.of(one, two)) {
            stream.socket().writeBinaryMessage(Buffer.buffer());
        }
        assertThat(answer(one).code() + answer(two).code()).isIn("", "conflict");
        assertThat(layers()).hasSize(2);
        awaitNothingSpooled();
        assertThat(entries(imported("", web)))
                .extracting(NodeImages.Entry::reference)
                .containsExactly(WEB);
    }

    @Test
    void shouldHaveAllImagesUnderAllNamesAlsoAfterARestart() throws Exception {
        byte[] archive = new TestArchive()
                .image(List.of("team/web:1", "registry.lan:5000/web:latest"), "true", LOW, HIGH)
                .image(List.of(), "true", TestLayers.tar(4, 1_000))
                .image(List.of("db:2"), "true", LOW)
                .bytes();
        List<NodeImages.Entry> images = entries(imported("", TestLayers.gzip(archive)));
        assertThat(images)
                .extracting(NodeImages.Entry::reference)
                .containsExactly(WEB, "registry.lan:5000/web:latest", "docker.io/library/db:2");
        assertThat(images.get(0).digest())
                .startsWith("sha256:")
                .isEqualTo(images.get(1).digest());
        assertThat(images.get(0).sizeBytes()).isEqualTo(LOW.length + HIGH.length);
        assertThat(layers()).containsExactlyInAnyOrder(Digests.of(LOW), Digests.of(HIGH));
        assertThat(Files.readString(directory.resolve("agent/images.json")))
                .contains(WEB, "registry.lan:5000/web:latest");
        awaitNothingSpooled();

        get(agent.close());
        startAgent();
        assertThat(entries(imported("team/web:2", web()))).hasSize(1);
        assertThat(Files.readString(directory.resolve("agent/images.json"))).contains(WEB, "docker.io/team/web:2");
    }

    @Test
    void shouldTakeALayoutInATar() throws Exception {
        Tools.required("skopeo");
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1", layout.image("amd64", "gzip", LOW, HIGH));
        Path file = directory.resolve("app.tar");
        Tools.skopeoCopy("oci:" + layout.directory() + ":1", "oci-archive:" + file + ":team/web:1");
        assertThat(entries(imported("", Files.readAllBytes(file))))
                .extracting(NodeImages.Entry::reference)
                .containsExactly(WEB);
        Tools.skopeoCopy("oci:" + layout.directory() + ":1", "docker-archive:" + directory.resolve("d.tar"));
        assertThat(imported("", Files.readAllBytes(directory.resolve("d.tar"))).message())
                .startsWith("the archive names no image");
        assertThat(entries(imported("web", Files.readAllBytes(directory.resolve("d.tar")))))
                .extracting(NodeImages.Entry::reference)
                .containsExactly("docker.io/library/web:latest");
    }
}
