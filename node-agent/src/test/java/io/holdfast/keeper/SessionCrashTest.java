package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.StreamClient;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of execs, terminals and paused containers when the keeper is killed or upgraded. */
@Tag("root")
@Tag("keeper-process")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionCrashTest {
    @TempDir
    Path directory;

    private ProcessNode outside;
    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        outside = new ProcessNode(directory);
        node = outside.node;
        outside.run();
        node.sandbox("s1");
        node.run("c1", "s1", "trap 'exit 4' TERM; echo on; while :; do sleep 0.01; done");
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));
    }

    @AfterEach
    void close() throws Exception {
        if (outside != null) {
            outside.close();
        }
    }

    private StreamClient exec(String script, boolean terminal) throws IOException {
        return StreamClient.open(
                node.config.socket(),
                new Request.Exec("c1", new Request.ExecProcess(List.of("/bin/sh", "-c", script)), terminal, 24, 80));
    }

    private static String until(StreamClient client, String text) throws IOException {
        StringBuilder said = new StringBuilder();
        while (said.indexOf(text) < 0) {
            StreamClient.Told told = client.next();
            assertThat(told.kind()).as("before the end: " + said).isEqualTo(ExecFrames.STDOUT);
            said.append(new String(told.data(), StandardCharsets.UTF_8));
        }
        return said.toString();
    }

    private static Reply.Exit end(StreamClient client) throws IOException {
        StreamClient.Told told = client.next();
        while (told.kind() != ExecFrames.EXIT) {
            told = client.next();
        }
        return ExecFrames.readExit(told.data());
    }

    private void runOnTerminal(String id, String script) throws IOException {
        node.client.start(KeeperFixture.onTerminal(id, "s1", Spec.ConsoleSize.UNSET, 0, script));
    }

    @Test
    void shouldBreakSessionsAndKeepTheContainerWhenKeeperIsKilled() throws Exception {
        try (StreamClient plain = exec("echo on; exec cat", false);
                StreamClient onTerminal = exec("echo on; exec cat", true);
                StreamClient deaf = exec("trap '' HUP PIPE; echo on; while :; do sleep 0.1; done", true)) {
            until(plain, "on\n");
            until(onTerminal, "on\r\n");
            until(deaf, "on\r\n");

            outside.killAndRunAgain();

            assertThatThrownBy(plain::next).isInstanceOf(IOException.class);
            // whatever they heed: the kernel sees to that
            Await.until("they have ended", () -> gone(plain.pid()) && gone(onTerminal.pid()) && gone(deaf.pid()));
            assertThat(node.status("c1").state()).isEqualTo("running");
            try (StreamClient again = exec("exit 6", false)) {
                assertThat(end(again).code()).isEqualTo(6);
            }
            node.client.stop("c1", Syscalls.SIGTERM, 20_000);
            Reply.Exit exit = node.exit("c1");
            assertThat(exit.known() ? exit.code() : 4).isEqualTo(4);
        }
    }

    /** This process may have become a subreaper, whose orphans they then are. */
    private static boolean gone(int pid) throws IOException {
        try {
            new Syscalls(new JnrKernel()).poll(pid);
        } catch (ErrnoException e) {
            // no child of this process
        }
        return !Files.exists(Path.of("/proc", Integer.toString(pid)));
    }

    @Test
    void shouldEndExecsButNoTerminalOfContainerWhenUpgraded() throws Exception {
        runOnTerminal("t1", "stty -echo; echo ready; while read line; do echo got $line; done; exit 7");
        try (StreamClient deaf = exec("trap '' HUP PIPE; echo on; while :; do sleep 0.1; done", false);
                StreamClient attached = StreamClient.open(node.config.socket(), new Request.Attach("t1", 0, 0))) {
            until(deaf, "on\n");
            until(attached, "ready\r\n");
            for (int i = 0; i < 2; i++) {
                outside.upgrade();
                assertThatThrownBy(attached::next).isInstanceOf(IOException.class);
                Await.until("the program beside has ended", () -> gone(deaf.pid()));
                assertThat(node.status("t1").state()).isEqualTo("running");
            }
        }
        try (StreamClient attached = StreamClient.open(node.config.socket(), new Request.Attach("t1", 0, 0))) {
            attached.write("a\n".getBytes(StandardCharsets.UTF_8));
            until(attached, "got a\r\n");
            attached.write(new byte[] {4});
            assertThat(end(attached).code()).isEqualTo(7);
        }
        assertThat(node.log("t1", "stdout")).isEqualTo("ready\r\ngot a\r\n");
        node.client.stop("c1", Syscalls.SIGTERM, 20_000);
        assertThat(node.exit("c1").code()).isEqualTo(4);
    }

    @Test
    void shouldLoseNothingOfTerminalThatIsSaidWhileTheKeeperIsUpgraded() throws Exception {
        runOnTerminal("t1", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done");
        outside.upgrade();
        outside.upgrade();

        assertThat(node.exit("t1").code()).isZero();
        List<String> lines = node.log("t1", "stdout").lines().toList();
        assertThat(lines).hasSize(3_000);
        for (int i = 0; i < 3_000; i++) {
            assertThat(lines.get(i)).isEqualTo("line " + (i + 1));
        }
    }

    @Test
    void shouldHangUpOnContainersTerminalWhenKeeperIsKilled() throws Exception {
        runOnTerminal("t1", "trap 'exit 5' HUP; echo ready; while :; do sleep 0.01; done");
        // process 1 of a pid namespace gets no signal that it does not handle
        runOnTerminal("t2", "echo ready; read line; trap 'exit 6' TERM; while :; do sleep 0.01; done");
        node.client.readLog(new Request.ReadLog("t1", "stdout", 0, 10, 10_000));
        node.client.readLog(new Request.ReadLog("t2", "stdout", 0, 10, 10_000));

        outside.killAndRunAgain();

        Reply.Exit exit = node.exit("t1");
        assertThat(exit.known() ? exit.code() : 5).isEqualTo(5);
        assertThat(node.log("t1", "stdout")).isEqualTo("ready\r\n");
        assertThat(node.status("t2").state()).isEqualTo("running");
        try (StreamClient attached = StreamClient.open(node.config.socket(), new Request.Attach("t2", 0, 0))) {
            until(attached, "ready\r\n");
            node.client.stop("t2", Syscalls.SIGTERM, 20_000);
            Reply.Exit end = end(attached);
            assertThat(end.known() ? end.code() : 6).isEqualTo(6);
        }
    }

    @Test
    void shouldBeStillPausedAndStoppableWhenKeeperWasKilled() throws Exception {
        node.sandbox("s2");
        node.run("c2", "s2", "echo on; while :; do sleep 0.01; done");
        node.client.call(new Request.PauseContainer("c1"), Reply.Done.class);
        node.client.call(new Request.PauseSandbox("s2"), Reply.Done.class);

        outside.killAndRunAgain();

        assertThat(node.status("c1").state()).isEqualTo("paused");
        assertThat(node.status("c2").state()).isEqualTo("paused");
        assertThatThrownBy(() -> node.run("c3", "s2", "exit 0")).hasMessageContaining("sandbox s2 is paused");
        node.client.stop("c1", Syscalls.SIGTERM, 20_000);
        Reply.Exit exit = node.exit("c1");
        if (exit.known()) {
            assertThat(exit.code()).isEqualTo(4);
        }
        node.client.removeSandbox("s2");
    }

    @Test
    void shouldLeaveNothingWhenKeeperIsKilledInTheMidstOfExecs() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 5; round++) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean terminal = i % 2 == 0;
                Thread client = new Thread(() -> {
                    while (true) {
                        try (StreamClient exec = exec("echo on; exec cat", terminal)) {
                            exec.next();
                        } catch (IOException e) {
                            return;
                        }
                    }
                });
                client.start();
                clients.add(client);
            }
            TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(200));
            outside.keeper.kill();
            for (Thread client : clients) {
                client.join();
            }
            node.client.close();
            outside.run();
            assertThat(node.status("c1").state()).isEqualTo("running");
            Await.until("only the container's own are left", () -> processes().size() <= 2);
        }
    }

    private List<String> processes() throws IOException {
        for (String cgroup : node.cgroups()) {
            if (cgroup.endsWith("/s1/c1") && cgroup.contains("/pids/")) {
                return Files.readAllLines(Path.of(cgroup, "cgroup.procs"));
            }
        }
        return List.of();
    }
}
