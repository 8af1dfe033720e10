package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.LayerTars.TestLayer;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.disk.DiskLimits;
import io.holdfast.keeper.launch.TestImage;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container may write is bounded by its file system, by whichever means the host has. */
@Tag("root")
class DiskLimitsTest {
    private static final long LIMIT = 16L << 20;
    private static final String FULL = "(?s).*(No space left on device|Disk quota exceeded).*";

    @TempDir
    Path directory;

    private KeeperFixture node;
    private Syscalls syscalls;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        syscalls = new Syscalls(new JnrKernel());
        node = KeeperFixture.real(directory).start();
        node.sandbox("s1");
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
            Await.until("loop devices are gone", () -> loops().isEmpty());
        }
    }

    /** Of files below this test's directory. */
    private List<String> loops() throws IOException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                Path backing = device.resolve("loop/backing_file");
                if (Files.exists(backing)) {
                    String file = Files.readString(backing).strip();
                    if (file.startsWith(directory.toString())) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }

    private List<String> diskMounts() throws IOException {
        return node.mounts().stream()
                .filter(line -> line.contains(directory.resolve("data").toString()))
                .toList();
    }

    private static Request.StartContainer request(String id, String rootfs, long diskBytes, int user, String script) {
        Request.StartContainer plain =
                KeeperFixture.container(id, "s1", Spec.Resources.UNLIMITED, "/bin/sh", "-c", script);
        Spec spec = plain.spec().withProcess(plain.spec().process().withUser(new Spec.User(user, user, List.of())));
        return new Request.StartContainer(
                id, "s1", rootfs, spec, KeeperFixture.LOG_BYTES, null, false, List.of(), diskBytes);
    }

    private String output(String id) throws Exception {
        node.exit(id);
        return node.log(id, "stdout") + node.log(id, "stderr");
    }

    @Test
    void shouldStopTheWriterAndNobodyElse() throws Exception {
        node.client.start(request(
                "c1",
                "host",
                LIMIT,
                0,
                "trap 'exit 3' TERM; dd if=/dev/zero of=/big bs=1M count=40; stat -c %s /big; echo more >/other;"
                        + " rm /big && echo again >/other && cat /other; while :; do sleep 1; done"));
        Await.until("the writer was stopped and went on", () -> read("c1").contains("again"));
        String said = read("c1");
        assertThat(said).matches(FULL);
        long written = Long.parseLong(
                said.lines().filter(line -> line.matches("[0-9]+")).findFirst().orElseThrow());
        assertThat(written).isBetween(LIMIT / 2, LIMIT);
        assertThat(diskMounts()).as("mounts while it runs").isEmpty();

        node.client.start(request("c2", "host", 0, 0, "dd if=/dev/zero of=/big bs=1M count=40 && stat -c %s /big"));
        assertThat(output("c2")).contains(Long.toString(40 << 20));
        node.client.stop("c1", 15, 10_000);
        assertThat(node.exit("c1").code()).isEqualTo(3);
    }

    private String read(String id) throws IOException {
        String text = "";
        for (String stream : List.of("stdout", "stderr")) {
            Reply.LogChunk chunk = node.client.readLog(new Request.ReadLog(id, stream, 0, 1 << 20, 0));
            text += new String(chunk.data());
        }
        return text;
    }

    @Test
    void shouldBoundTheNumberOfFilesToo() throws Exception {
        long least = 4 << 20;
        node.client.start(request(
                "c1",
                "host",
                least,
                0,
                "i=0; while [ $i -lt " + 2 * DiskLimits.files(least)
                        + " ]; do : >/file-$i || exit 5; i=$((i+1)); done"));
        assertThat(output("c1")).matches(FULL);
        assertThat(node.exit("c1").code()).isNotZero();
    }

    @Test
    void shouldHoldUsersOfAnImageToIt() throws Exception {
        TestLayer layer = LayerTars.of(TestImage.make(directory));
        layer.put(node.config.socket());
        // the image has no more than a shell
        node.client.start(request(
                "c1",
                "layers:" + layer.diffId(),
                LIMIT,
                0,
                "i=0; while [ $i -lt 4000 ]; do printf %010240d 0 >>/big || exit 9; i=$((i+1)); done"));
        node.exit("c1");
        assertThat(node.exit("c1").code()).as(output("c1")).isEqualTo(9);
        node.client.start(request(
                "c2",
                "host",
                LIMIT,
                1000,
                "id -u; dd if=/dev/zero of=/tmp/big bs=1M count=40; rm /tmp/big; echo >/tmp/small && echo written"));
        assertThat(output("c2")).matches(FULL).contains("1000").contains("written");
    }

    @Test
    void shouldTellTheContainerHowMuchThereIs() throws Exception {
        node.client.start(request("c1", "host", LIMIT, 0, "df -k / | tail -n 1 | awk '{ print $2 }'"));
        assertThat(Long.parseLong(output("c1").strip())).isBetween((LIMIT >> 10) * 7 / 10, LIMIT >> 10);
    }

    @Test
    void shouldHoldWhenTheKeeperIsAnotherOne() throws Exception {
        node.client.start(request(
                "c1",
                "host",
                LIMIT,
                0,
                "while [ ! -e /go ]; do sleep 0.05; done; dd if=/dev/zero of=/big bs=1M count=40"));
        node.stop();
        node.start();
        Process go = new ProcessBuilder(
                        "nsenter", "-t", Integer.toString(node.status("c1").pid()), "-m", "touch", "/go")
                .inheritIO()
                .start();
        assertThat(go.waitFor()).isZero();
        assertThat(output("c1")).matches(FULL);
    }

    /** As it is found by a keeper whose predecessor was killed in the midst of a start. */
    @Test
    void shouldClearWhatAKeeperLeftThatWasKilled() throws Exception {
        node.stop();
        Path root = Files.createDirectories(directory.resolve("data/containers/half-made/root"));
        DiskLimits.of(directory.resolve("data"), syscalls).impose(root, LIMIT);
        Files.createDirectories(root.resolve("upper/left"));
        node.start();
        assertThat(directory.resolve("data/containers/half-made")).doesNotExist();
        assertThat(diskMounts()).isEmpty();
    }

    @Test
    void shouldLeaveNothingOfAStartThatFails() throws Exception {
        Request.StartContainer wrong = request("c1", "host", LIMIT, 0, "true");
        Spec spec = wrong.spec();
        Request.StartContainer request = new Request.StartContainer(
                "c1",
                "s1",
                "host",
                spec.withProcess(new Spec.Process(
                        List.of("/no/such/program"), List.of(), "/", new Spec.User(0, 0, List.of()), true, List.of())),
                KeeperFixture.LOG_BYTES,
                null,
                false,
                List.of(),
                LIMIT);
        assertThatThrownBy(() -> node.client.start(request)).hasMessageContaining("/no/such/program");
        assertThat(diskMounts()).isEmpty();
        assertThat(directory.resolve("data/containers/c1")).doesNotExist();
        Await.until("its loop device is gone", () -> loops().isEmpty());
        node.client.start(request("c1", "host", LIMIT, 0, "echo fine"));
        assertThat(output("c1")).isEqualTo("fine\n");
    }

    @Test
    void shouldRefuseWhatIsNoLimit() {
        for (long bytes : new long[] {-1, 1, (4 << 20) - 1, (64L << 40) + 1}) {
            assertThatThrownBy(() -> node.client.start(request("c1", "host", bytes, 0, "true")))
                    .isInstanceOf(RequestFailedException.class)
                    .hasMessageContaining("diskBytes " + bytes);
        }
        assertThat(directory.resolve("data/containers/c1")).doesNotExist();
    }

    @Test
    void shouldTakeTheSmallestLimit() throws Exception {
        node.client.start(request("c1", "host", 4 << 20, 0, "echo some >/file && cat /file"));
        assertThat(output("c1")).isEqualTo("some\n");
    }

    @Test
    void shouldCountAsRoomWhatTheLimitedUse() throws Exception {
        Reply.Hello before = node.client.hello();
        assertThat(before.attributes()).containsEntry("disk", "ok").containsKey(DiskLimits.ATTRIBUTE);
        assertThat(before.capacity().diskBytes()).isPositive();
        DiskLimits limits = DiskLimits.of(directory.resolve("data"), syscalls);
        assertThat(limits.kind()).isEqualTo(before.attributes().get(DiskLimits.ATTRIBUTE));
        node.client.start(
                request("c1", "host", LIMIT, 0, "dd if=/dev/zero of=/big oflag=direct bs=1M count=8; sleep 100"));
        Path root = directory.resolve("data/containers/c1/root");
        Await.until("what it wrote is counted", () -> limits.used(root) >= 8 << 20);
        assertThat(limits.used(root)).isLessThanOrEqualTo(LIMIT);
        node.client.stop("c1", 9, 0);
    }
}
