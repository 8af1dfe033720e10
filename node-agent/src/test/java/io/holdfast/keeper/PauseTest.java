package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pausing and resuming, with real containers. */
@Tag("root")
class PauseTest {
    private static final String COUNTER = "trap 'echo bye; exit 4' TERM; echo on; while :; do sleep 0.01; done";

    @TempDir
    Path directory;

    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        node = KeeperFixture.real(directory).start();
        node.sandbox("s1");
        node.run("c1", "s1", COUNTER);
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private void call(Request request) throws IOException {
        node.client.call(request, Reply.Done.class);
    }

    private void pause(String container) throws IOException {
        call(new Request.PauseContainer(container));
    }

    /** Of the container's first process: user and system time, in ticks. */
    private String cpuTicks(String container) throws Exception {
        String[] stat = java.nio.file.Files.readString(
                        Path.of("/proc", "" + node.status(container).pid(), "stat"))
                .split(" ");
        return stat[13] + " " + stat[14] + " " + stat[2];
    }

    @Test
    void shouldStandStillUntilResumed() throws Exception {
        node.run("busy", "s1", "while :; do :; done");
        pause("busy");

        assertThat(node.status("busy").state()).isEqualTo("paused");
        String before = cpuTicks("busy");
        Thread.sleep(60); // not to wait for anything: so long nothing may happen
        assertThat(cpuTicks("busy")).isEqualTo(before);

        call(new Request.ResumeContainer("busy"));
        assertThat(node.status("busy").state()).isEqualTo("running");
        Await.until("it runs on", () -> !cpuTicks("busy").equals(before));
    }

    @Test
    void shouldFulfilTheSameWishTwice() throws Exception {
        pause("c1");
        pause("c1");
        assertThat(node.status("c1").state()).isEqualTo("paused");

        call(new Request.ResumeContainer("c1"));
        call(new Request.ResumeContainer("c1"));
        assertThat(node.status("c1").state()).isEqualTo("running");
    }

    @Test
    void shouldLetPausedContainerEndInOrderWhenStopped() throws Exception {
        pause("c1");

        node.client.stop("c1", Syscalls.SIGTERM, 20_000);

        assertThat(node.exit("c1").code()).isEqualTo(4);
        assertThat(node.log("c1", "stdout")).isEqualTo("on\nbye\n");
    }

    @Test
    void shouldKillPausedContainerWhenItsGraceIsOver() throws Exception {
        node.run("deaf", "s1", "trap '' TERM; echo on; while :; do sleep 1; done");
        node.client.readLog(new Request.ReadLog("deaf", "stdout", 0, 10, 10_000));
        pause("deaf");

        node.client.stop("deaf", Syscalls.SIGTERM, 0);

        assertThat(node.exit("deaf").signal()).isEqualTo(Syscalls.SIGKILL);
    }

    @Test
    void shouldDeliverSignalWhenResumedAndKillAtOnce() throws Exception {
        pause("c1");
        node.client.signal("c1", Syscalls.SIGTERM);
        assertThat(node.status("c1").state()).isEqualTo("paused");
        call(new Request.ResumeContainer("c1"));
        assertThat(node.exit("c1").code()).isEqualTo(4);

        node.run("c2", "s1", "echo on; exec sleep 1000");
        pause("c2");
        node.client.signal("c2", Syscalls.SIGKILL);
        assertThat(node.exit("c2").signal()).isEqualTo(Syscalls.SIGKILL);
    }

    @Test
    void shouldPauseWholeSandboxAndStartNothingInIt() throws Exception {
        node.run("c2", "s1", COUNTER);
        call(new Request.PauseSandbox("s1"));

        assertThat(node.status("c1").state()).isEqualTo("paused");
        assertThat(node.status("c2").state()).isEqualTo("paused");
        assertThat(node.client.list().items().get(0).paused()).isTrue();
        assertThatThrownBy(() -> node.run("c3", "s1", "exit 0"))
                .isInstanceOf(RequestFailedException.class)
                .hasMessage("conflict: sandbox s1 is paused: resume it first");
        assertThatThrownBy(() -> call(new Request.ResumeContainer("c1")))
                .hasMessage("conflict: sandbox s1 of container c1 is paused: resume the sandbox");

        call(new Request.ResumeSandbox("s1"));
        assertThat(node.client.list().items().get(0).paused()).isFalse();
        assertThat(node.status("c2").state()).isEqualTo("running");
        node.run("c3", "s1", "exit 0");
    }

    @Test
    void shouldBeStillPausedForTheNextKeeper() throws Exception {
        node.sandbox("s2");
        node.run("c2", "s2", COUNTER);
        node.client.readLog(new Request.ReadLog("c2", "stdout", 0, 10, 10_000));
        pause("c1");
        call(new Request.PauseSandbox("s2"));
        node.stop();

        node.start();

        assertThat(node.status("c1").state()).isEqualTo("paused");
        assertThat(node.status("c2").state()).isEqualTo("paused");
        assertThatThrownBy(() -> node.run("c3", "s2", "exit 0")).hasMessageContaining("sandbox s2 is paused");
        call(new Request.ResumeContainer("c1"));
        node.client.stop("c1", Syscalls.SIGTERM, 20_000);
        assertThat(node.exit("c1").code()).isEqualTo(4);
        node.client.stop("c2", Syscalls.SIGTERM, 20_000);
        assertThat(node.exit("c2").code()).isEqualTo(4);
    }

    @Test
    void shouldRefuseWhatCannotBePaused() throws Exception {
        assertThatThrownBy(() -> pause("none")).hasMessage("not-found: container none is not there");
        node.client.stop("c1", Syscalls.SIGTERM, 20_000);
        assertThatThrownBy(() -> pause("c1"))
                .hasMessage("conflict: container c1 is exited: only what runs can be paused");
        assertThatThrownBy(() -> call(new Request.ResumeContainer("c1")))
                .hasMessage("conflict: container c1 has ended");
    }

    @Test
    void shouldRemovePausedSandbox() throws Exception {
        call(new Request.PauseSandbox("s1"));
        assertThatThrownBy(() -> node.client.removeContainer("c1"))
                .hasMessage("conflict: container c1 still runs: stop it first");

        node.client.removeSandbox("s1");

        assertThat(node.client.list().items()).isEmpty();
        assertThat(node.litter()).isEmpty();
    }
}
