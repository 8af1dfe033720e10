package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.LayerTars.Builder;
import io.holdfast.keeper.LayerTars.TestLayer;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.LayerClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.TestImage;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers come over the socket, and containers run on them. */
@Tag("root")
class LayerContainerTest {
    @TempDir
    Path directory;

    private KeeperFixture node;
    private TestLayer base;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        node = KeeperFixture.real(directory).start();
        base = LayerTars.of(TestImage.make(directory));
        base.put(node.config.socket());
        node.sandbox("s1");
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private void run(String id, String user, List<String> layers, String script) throws IOException {
        Spec like = KeeperFixture.container(id, "s1", Spec.Resources.UNLIMITED, "/bin/sh", "-c", script)
                .spec();
        Spec spec = like.withProcess(
                like.process().withUser(new Spec.User(0, 0, List.of(), Spec.User.DEFAULT_UMASK, user)));
        node.client.start(new Request.StartContainer(
                id, "s1", "layers:" + String.join(",", layers), spec, KeeperFixture.LOG_BYTES, null));
    }

    private String output(String id) throws Exception {
        node.exit(id);
        return node.log(id, "stdout") + node.log(id, "stderr");
    }

    private TestLayer put(TestLayer layer) throws IOException {
        assertThat(layer.put(node.config.socket())).isTrue();
        return layer;
    }

    /** As of tools that write only the files of a layer: what is not said of a directory is as it was below. */
    @Test
    void shouldLeaveADirectoryAsItWasWhereALayerOnlyHasFilesInIt() throws Exception {
        TestLayer lower = put(new Builder()
                .directory("tmp", 01777, 0, 0)
                .directory("home", 0711, 0, 0)
                .directory("home/app", 0750, 1000, 1000)
                .directory("home/app/data", 0700, 1000, 1000)
                .build());
        TestLayer middle = put(new Builder()
                .file("tmp/seed", "seed")
                .file("home/app/data/deep/seed", "deep")
                .build());
        TestLayer upper = put(new Builder().file("home/app/data/more", "more").build());
        List<String> ids = List.of(base.diffId(), lower.diffId(), middle.diffId(), upper.diffId());
        run("c1", "1000:1000", ids, "echo mine >/home/app/data/own && read line </home/app/data/own; echo $line");
        run("c2", "1001:1001", ids, "echo any >/tmp/own && read line </tmp/own; echo $line; echo >/home/app/other");
        assertThat(output("c1")).isEqualTo("mine\n");
        assertThat(output("c2")).startsWith("any\n").contains("/home/app/other: Permission denied");
        Path own = directory.resolve("data/containers/c1/root/upper");
        assertThat(Files.getAttribute(own.resolve("tmp"), "unix:mode")).isEqualTo(041777);
        assertThat(Files.getAttribute(own.resolve("home"), "unix:mode")).isEqualTo(040711);
        assertThat(own.resolve("home/app/data/deep")).doesNotExist();
    }

    /** Where the layer takes the lower one's place it has none to be like. */
    @Test
    void shouldNotLookBelowWhatALayerHides() throws Exception {
        TestLayer lower = put(
                new Builder().directory("srv", 0700, 7, 7).link("opt", "srv").build());
        TestLayer upper = put(new Builder()
                .file(".wh.srv", "")
                .file("srv/new", "new")
                .file("opt/new", "new")
                .build());
        run(
                "c1",
                "",
                List.of(base.diffId(), lower.diffId(), upper.diffId()),
                "read a </srv/new; read b </opt/new; echo $a $b");
        assertThat(output("c1")).isEqualTo("new new\n");
        assertThat(directory.resolve("data/containers/c1/root/upper/srv")).doesNotExist();
        assertThat(directory.resolve("data/containers/c1/root/upper/opt")).doesNotExist();
    }

    @Test
    void shouldShowWhatTheUpperLayersSayOfTheLower() throws Exception {
        TestLayer middle = put(new Builder()
                .file("a", "lower\n")
                .file("gone", "x")
                .file("d/one", "1")
                .file("o/hidden", "x")
                .build());
        TestLayer top = put(new Builder()
                .file("a", "upper\n")
                .file(".wh.gone", "")
                .file("d/two", "2")
                .directory("o", 0755, 0, 0)
                .file("o/.wh..wh..opq", "")
                .file("o/seen", "x")
                .build());

        run("c1", "", List.of(base.diffId(), middle.diffId(), top.diffId()), "cat /a; ls /d /o; ls /gone; echo x > /a");

        assertThat(output("c1"))
                .contains("upper\n")
                .contains("one\ntwo\n")
                .contains("seen\n")
                .contains("No such file");
        assertThat(output("c1")).doesNotContain("hidden");
        run("c2", "", List.of(base.diffId(), middle.diffId(), top.diffId()), "cat /a");
        assertThat(output("c2")).as("what one container writes is its own").isEqualTo("upper\n");
    }

    @Test
    void shouldKnowUsersOfTheLayersAndGiveFilesTheirOwners() throws Exception {
        TestLayer users = put(new Builder()
                .link("etc/passwd", "/users/passwd")
                .file("users/passwd", "web:x:1000:1001::/srv/web:/bin/sh\n")
                .file("etc/group", "web:x:1001:\nadm:x:4:web\n")
                .file("mine", 0600, 1000, 1001, "of web\n".getBytes())
                .file("roots", 0600, 0, 0, "of root\n".getBytes())
                .build());

        run(
                "c1",
                "web",
                List.of(base.diffId(), users.diffId()),
                "echo $HOME; cat /mine; cat /roots; ls -ln /mine /roots");

        assertThat(output("c1"))
                .contains("/srv/web\n")
                .contains("of web\n")
                .contains("/roots: Permission denied")
                .containsPattern("1000 +1001 .* /mine")
                .containsPattern(" 0 +0 .* /roots");
    }

    @Test
    void shouldTellTheContainersNamesOverTheImagesOwn() throws Exception {
        TestLayer etc = put(new Builder()
                .directory("etc", 0700, 0, 7)
                .file("etc/hostname", "images\n")
                .file("etc/other", "kept\n")
                .build());

        run("c1", "", List.of(base.diffId(), etc.diffId()), "cat /etc/hostname /etc/hosts /etc/other; ls -ldn /etc");

        assertThat(output("c1"))
                .startsWith("s1\n")
                .contains("127.0.0.1 s1\n")
                .contains("kept\n")
                .containsPattern("drwx------ .* 0 +7 .* /etc");
    }

    @Test
    void shouldKeepLayersThatAContainerStandsOn() throws Exception {
        TestLayer top = put(new Builder().file("a", "x").build());
        run("c1", "", List.of(base.diffId(), top.diffId()), "echo ran");
        node.exit("c1");

        assertThat(remove(top).inUse()).containsExactly(top.diffId());
        assertThat(listed(top).inUse()).isTrue();

        node.client.removeContainer("c1");
        assertThat(listed(top).inUse()).isFalse();
        assertThat(remove(top).removed()).containsExactly(top.diffId());
        assertThatThrownBy(() -> run("c2", "", List.of(base.diffId(), top.diffId()), "echo ran"))
                .hasMessage("not-found: layer " + top.diffId() + " is not in the store: put it first");
    }

    private Reply.LayersRemoved remove(TestLayer layer) throws IOException {
        return node.client.call(new Request.RemoveLayers(List.of(layer.diffId())), Reply.LayersRemoved.class);
    }

    private Reply.LayerStatus listed(TestLayer layer) throws IOException {
        return node.client.call(new Request.ListLayers(), Reply.Layers.class).items().stream()
                .filter(item -> item.diffId().equals(layer.diffId()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldKeepLayersOverItsOwnRestart() throws Exception {
        node.stop();
        node.start();

        assertThat(base.put(node.config.socket())).as("sent again").isFalse();
        run("c1", "", List.of(base.diffId()), "echo ran");
        assertThat(output("c1")).isEqualTo("ran\n");
    }

    @Test
    void shouldRefuseALayerThatIsNotWhatItIsSaidToBe() throws Exception {
        byte[] other = new Builder().file("b", "x").build().tar();
        String promised = new Builder().file("a", "x").build().diffId();

        assertThatThrownBy(() -> LayerClient.put(node.config.socket(), promised, () -> new ByteArrayInputStream(other)))
                .isInstanceOf(RequestFailedException.class)
                .hasMessageContaining("bad-request: layer " + promised)
                .hasMessageContaining("expected " + promised);
        assertThat(node.client
                        .call(new Request.ListLayers(), Reply.Layers.class)
                        .items())
                .extracting(Reply.LayerStatus::diffId)
                .containsExactly(base.diffId());
    }

    @Test
    void shouldNameTheEntryOfALayerThatItRefusesInTheMidst() throws Exception {
        TestLayer attack = new Builder().file("../../escape", "x").build();
        InputStream endless = new SequenceInputStream(new ByteArrayInputStream(attack.tar()), new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        });

        assertThatThrownBy(() -> LayerClient.put(node.config.socket(), attack.diffId(), () -> endless))
                .isInstanceOf(RequestFailedException.class)
                .hasMessageContaining("../../escape");
    }

    @Test
    void shouldKeepNothingOfWhatAClientDoesNotFinish() throws Exception {
        TestLayer layer = new Builder().file("a", 0644, 0, 0, new byte[1 << 20]).build();
        for (int i = 0; i < 3 * Limits.MAX_LAYERS_RECEIVED; i++) {
            int cut = (layer.tar().length / (3 * Limits.MAX_LAYERS_RECEIVED)) * i;
            assertThatThrownBy(() -> LayerClient.put(
                            node.config.socket(),
                            layer.diffId(),
                            () -> new SequenceInputStream(
                                    new ByteArrayInputStream(layer.tar(), 0, cut), new InputStream() {
                                        @Override
                                        public int read() throws IOException {
                                            throw new IOException("the source has failed");
                                        }
                                    })))
                    .isInstanceOf(IOException.class);
        }
        // every place is free again, and the layer can still come
        Await.until("it is taken", () -> {
            try {
                return layer.put(node.config.socket());
            } catch (RequestFailedException e) {
                assertThat(e.error().code()).isEqualTo("busy");
                return false;
            }
        });
    }

    @Test
    void shouldTakeOneLayerFromManyAtOnce() throws Exception {
        TestLayer layer = new Builder().file("a", 0644, 0, 0, new byte[1 << 20]).build();
        ExecutorService threads = Executors.newFixedThreadPool(Limits.MAX_LAYERS_RECEIVED);
        try {
            List<Callable<Boolean>> puts =
                    Collections.nCopies(Limits.MAX_LAYERS_RECEIVED, () -> layer.put(node.config.socket()));
            for (Future<Boolean> put : threads.invokeAll(puts)) {
                put.get();
            }
        } finally {
            threads.shutdownNow();
        }
        run("c1", "", List.of(base.diffId(), layer.diffId()), "ls -l /a");
        assertThat(output("c1")).contains("1048576");
    }

    @Test
    void shouldMountMoreLayersThanAPageOfOptions() throws Exception {
        List<String> layers = new ArrayList<>(List.of(base.diffId()));
        for (int i = 1; i < 120; i++) {
            layers.add(
                    put(new Builder().file("n/" + i, "x").file("last", i + "\n").build())
                            .diffId());
        }
        boolean byFd = HostCheck.require(new Syscalls(new JnrKernel())).overlayByFd();
        if (byFd) {
            run("c1", "", layers, "cat /last; ls /n");
            assertThat(output("c1").lines()).hasSize(120).startsWith("119");
        } else {
            assertThatThrownBy(() -> run("c1", "", layers, "cat /last"))
                    .hasMessageContaining("the image's 120 layers are more than kernel");
        }
        run("c2", "", layers.subList(0, 80), "cat /last; ls /n");
        assertThat(output("c2").lines()).hasSize(80).startsWith("79");
    }

    @Test
    void shouldRefuseRootsThatAreNoneWithTheFieldThatIsWrong() {
        assertThatThrownBy(() -> run("c1", "", List.of("sha256:abc"), "x"))
                .hasMessageContaining("bad-request: diffID sha256:abc is not sha256: and 64");
        assertThatThrownBy(() -> run("c1", "", List.of(""), "x")).hasMessageContaining("bad-request: diffID");
        assertThatThrownBy(() -> run("c1", "", List.of("../../../etc"), "x")).hasMessageContaining("bad-request");
        assertThatThrownBy(() -> run("c1", "", Collections.nCopies(501, base.diffId()), "x"))
                .hasMessageContaining("bad-request: rootfs has more than 500 layers");
        assertThatThrownBy(() -> LayerClient.put(node.config.socket(), "sha256:ABC", InputStream::nullInputStream))
                .hasMessageContaining("bad-request: diffID sha256:ABC");
        assertThatThrownBy(() -> node.client.call(new Request.RemoveLayers(List.of("x")), Reply.LayersRemoved.class))
                .hasMessageContaining("bad-request: diffID x");
    }
}
