package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers whose process 1 is the host's init. */
@Tag("root")
class InitTest {
    @TempDir
    Path directory;

    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        node = KeeperFixture.real(directory).start();
        node.sandbox("s1");
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private void run(String id, int uid, String... args) throws IOException {
        Request.StartContainer plain = KeeperFixture.container(id, "s1", Spec.Resources.UNLIMITED, args);
        Spec spec = plain.spec().withProcess(plain.spec().process().withUser(new Spec.User(uid, uid, List.of())));
        node.client.start(new Request.StartContainer(
                id, "s1", "host", spec, KeeperFixture.LOG_BYTES, plain.annotations(), true, List.of(), 0));
    }

    private void needsInit() throws IOException {
        Assumptions.assumeTrue(
                node.client.hello().attributes().containsKey("init"),
                "needs a static init: apt-get install tini or catatonit");
    }

    @Test
    void shouldReapOrphansAndTellTheExactCode() throws Exception {
        needsInit();
        // the orphan's parent ends at once; without an init it would stay a zombie
        run(
                "c1",
                1000,
                "/bin/sh",
                "-c",
                "(sleep 0.05 & echo $! > /tmp/orphan); echo $$; o=$(cat /tmp/orphan);"
                        + " while [ -e /proc/$o ]; do sleep 0.01; done; readlink /proc/1/exe; exit 42");

        assertThat(node.exit("c1").code()).isEqualTo(42);
        String[] lines = node.log("c1", "stdout").split("\n");
        assertThat(lines[0]).isEqualTo("2");
        assertThat(lines[1]).startsWith("/memfd:");
    }

    @Test
    void shouldHandOnSignals() throws Exception {
        needsInit();
        run("c1", 0, "/bin/sh", "-c", "trap 'echo term; exit 9' TERM; echo on; while :; do sleep 0.01; done");
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));

        node.client.stop("c1", Syscalls.SIGTERM, 20_000);

        assertThat(node.exit("c1").code()).isEqualTo(9);
        assertThat(node.log("c1", "stdout")).isEqualTo("on\nterm\n");
    }

    @Test
    void shouldLetNobodyWriteTheInit() throws Exception {
        needsInit();
        // CVE-2019-5736: what runs outside must not be reached through /proc/1/exe
        run("c1", 0, "/bin/sh", "-c", "echo x > /proc/1/exe; echo code $?; cat /proc/1/exe > /tmp/copy && echo read");

        node.exit("c1");

        assertThat(node.log("c1", "stdout")).startsWith("code ").doesNotStartWith("code 0");
    }

    @Test
    void shouldEndWith127WhenTheProgramIsNotThere() throws Exception {
        needsInit();
        run("c1", 0, "none-such");

        assertThat(node.exit("c1").code()).isEqualTo(127);
    }

    @Test
    void shouldHaveNoDescriptorOfTheInit() throws Exception {
        needsInit();
        run("c1", 0, "/bin/sh", "-c", "ls /proc/1/fd | tr '\\n' ' '");

        node.exit("c1");

        assertThat(node.log("c1", "stdout")).isEqualTo("0 1 2 ");
    }

    @Test
    void shouldRefuseWhereTheHostHasNone() throws Exception {
        node.close();
        node = KeeperFixture.fake(Files.createDirectory(directory.resolve("fake")))
                .start();
        node.sandbox("s1");

        assertThatThrownBy(() -> run("c1", 0, "/bin/true"))
                .hasMessage("unsupported: init: this launcher has no init for containers");
        assertThat(node.client.hello().attributes()).doesNotContainKey("init");
    }
}
