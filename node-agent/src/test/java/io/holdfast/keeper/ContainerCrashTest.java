package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same with real containers: namespaces, pins and overlay roots are among what must not be left. */
@Tag("root")
@Tag("keeper-process")
class ContainerCrashTest extends CrashTest {
    @Override
    KeeperFixture fixture() throws Exception {
        return KeeperFixture.real(directory);
    }

    @Override
    String launcher() {
        return "real";
    }

    @Test
    void shouldAdoptWhatKilledKeeperLeftAndTellItsEnd() throws Exception {
        KeeperProcess first = new KeeperProcess(directory, node.config.cgroupParent(), launcher());
        int pid;
        try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
            client.createSandbox(new Request.CreateSandbox("s1", "s1", "private", true, false, Map.of()));
            pid = client.start(KeeperFixture.container(
                            "c1",
                            "s1",
                            Spec.Resources.UNLIMITED,
                            "/bin/sh",
                            "-c",
                            "trap 'echo bye; exit 4' TERM; echo on; while :; do sleep 0.01; done"))
                    .pid();
            client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));
        } finally {
            first.kill();
        }
        KeeperProcess second = new KeeperProcess(directory, node.config.cgroupParent(), launcher());
        try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
            Reply.ContainerStatus adopted =
                    client.list().items().get(0).containers().get(0);
            assertThat(adopted.pid()).isEqualTo(pid);
            assertThat(adopted.state()).isEqualTo("running");

            client.stop("c1", Syscalls.SIGTERM, 60_000);

            Reply.Exit exit = client.list().items().get(0).containers().get(0).exit();
            if (exit.known()) {
                assertThat(exit.code()).isEqualTo(4);
            } else {
                // not our child, and the kernel (before 6.15) does not tell others
                assertThat(exit.reason()).isEqualTo("exit status unknown");
            }
            assertThat(new String(client.readLog(new Request.ReadLog("c1", "stdout", 0, 100, 0))
                            .data()))
                    .isEqualTo("on\nbye\n");
        } finally {
            second.kill();
        }
    }

    @Override
    long diskBytes() {
        return 8 << 20;
    }
}
