package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.StreamClient;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper executes its new self in place, with real containers. */
@Tag("root")
@Tag("keeper-process")
class UpgradeTest {

    @TempDir
    Path directory;

    private ProcessNode outside;
    private KeeperFixture node;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        outside = new ProcessNode(directory);
        node = outside.node;
    }

    @AfterEach
    void close() throws Exception {
        if (outside != null) {
            outside.close();
        }
    }

    @Test
    void shouldKeepProcessAndContainersAndTheirExactEnds() throws Exception {
        outside.run();
        node.sandbox("s1");
        Reply.Started before =
                node.run("c1", "s1", "trap 'echo bye; exit 4' TERM; echo on; while :; do sleep 0.01; done");
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));

        for (int i = 0; i < 3; i++) {
            outside.upgrade();
            assertThat(node.status("c1").state()).isEqualTo("running");
            assertThat(node.status("c1").pid()).isEqualTo(before.pid());
        }

        assertThat(ProcessTable.stat(before.pid()).orElseThrow().parent()).isEqualTo(outside.keeper.pid());
        node.client.stop("c1", Syscalls.SIGTERM, 60_000);
        assertThat(node.exit("c1").code()).isEqualTo(4);
        assertThat(node.exit("c1").known()).isTrue();
        assertThat(node.log("c1", "stdout")).isEqualTo("on\nbye\n");
        node.run("c2", "s1", "exit 9");
        assertThat(node.exit("c2").code()).isEqualTo(9);
    }

    @Test
    void shouldTellEndAndLastWordsOfWhatEndedWhileItExecutedItself() throws Exception {
        outside.run();
        node.sandbox("s1");
        // ended by a file, so that nobody has to be asked at the moment in between
        for (int i = 0; i < 20; i++) {
            node.run("c" + i, "s1", "echo on; sleep 0.%02d; echo last words of %d; exit %d".formatted(i * 5, i, i + 1));
        }

        outside.upgrade();

        for (int i = 0; i < 20; i++) {
            Reply.Exit exit = node.exit("c" + i);
            assertThat(exit.known()).as("c" + i).isTrue();
            assertThat(exit.code()).isEqualTo(i + 1);
            assertThat(node.log("c" + i, "stdout")).isEqualTo("on\nlast words of " + i + "\n");
        }
    }

    @Test
    void shouldKeepTheTerminalOfAContainer() throws Exception {
        outside.run();
        node.sandbox("s1");
        node.client.start(KeeperFixture.onTerminal(
                "c1",
                "s1",
                new Spec.ConsoleSize(30, 100),
                0,
                "trap 'exit 9' HUP; echo on; read line; echo got $line; exit 3"));
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));

        outside.upgrade();
        outside.upgrade();
        try (StreamClient client = StreamClient.open(node.config.socket(), new Request.Attach("c1", 0, 0))) {
            client.write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(node.exit("c1").code()).isEqualTo(3);
        }

        assertThat(node.log("c1", "stdout")).contains("on\r\n", "got hello\r\n");
    }

    @Test
    void shouldKeepLastWordsOfWhatEndedBetweenOneKeeperAndTheNext() throws Exception {
        outside.run();
        node.sandbox("s1");
        Reply.Started started = node.run("c1", "s1", "trap 'echo last words; exit 0' TERM; echo on; sleep 1000 & wait");
        node.client.readLog(new Request.ReadLog("c1", "stdout", 0, 10, 10_000));

        outside.keeper.terminate();
        assertThat(directory.resolve("run/holder.json")).exists();
        int holder = Integer.parseInt(
                Files.readString(directory.resolve("run/holder.json")).replaceAll("(?s).*\"pid\":(\\d+).*", "$1"));
        ProcessHandle.of(started.pid()).orElseThrow().destroy();
        Await.until(
                "it has ended",
                () -> ProcessTable.stat(started.pid())
                        .map(ProcessTable.Stat::zombie)
                        .orElse(true));
        assertThat(ProcessTable.stat(holder)).isPresent();
        outside.keeper = new KeeperProcess(directory, node.config.cgroupParent(), "real");
        node.client = KeeperClient.connect(node.config.socket());

        assertThat(node.log("c1", "stdout")).isEqualTo("on\nlast words\n");
        // told where init has not reaped it yet
        assertThat(node.exit("c1").reason()).isIn(Endings.UNKNOWN, "");
        Await.until(
                "nobody keeps the pipes any more",
                () -> ProcessTable.stat(holder).map(ProcessTable.Stat::zombie).orElse(true));
        assertThat(directory.resolve("run/holder.json")).doesNotExist();
    }

    @Test
    void shouldRefuseNobodyWhileItExecutesItself() throws Exception {
        outside.run();
        List<IOException> refused = new ArrayList<>();
        Thread asking = new Thread(() -> {
            while (!Thread.interrupted()) {
                try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
                    client.list();
                } catch (IOException e) {
                    if (e.getMessage().startsWith("cannot reach")) {
                        refused.add(e);
                    }
                }
            }
        });
        asking.start();
        try {
            outside.upgrade();
            outside.upgrade();
        } finally {
            asking.interrupt();
            asking.join();
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void shouldLeaveNothingOpenButWhatItNeeds() throws Exception {
        outside.run();
        node.sandbox("s1");
        node.run("c1", "s1", "sleep 1000");
        outside.upgrade();
        long once = descriptors();

        outside.upgrade();
        outside.upgrade();

        assertThat(descriptors()).isLessThanOrEqualTo(once);
        assertThat(directory.resolve("run/handover.json")).doesNotExist();
        assertThatThrownBy(() -> new KeeperProcess(directory, node.config.cgroupParent(), "real"))
                .hasMessageContaining("is in use by another keeper");
    }

    @Test
    void shouldLeaveTheJvmsSignalsAndMarksAsAtAFirstStart() throws Exception {
        outside.run();
        List<String> first = marks();
        outside.upgrade();
        List<String> second = marks();

        // what the first has blocked may be its starter's wish; the new one has nothing of the old one's threads
        assertThat(second.get(0)).isEqualTo("SigBlk:\t0000000000000000");
        assertThat(second.subList(1, second.size())).isEqualTo(first.subList(1, first.size()));
    }

    @Test
    void shouldKillInTimeWhatWasToldToStopBefore() throws Exception {
        outside.run();
        node.sandbox("s1");
        node.run("deaf", "s1", "trap '' TERM; echo on; while :; do sleep 0.01; done");
        node.client.readLog(new Request.ReadLog("deaf", "stdout", 0, 10, 10_000));
        KeeperClient stopping = KeeperClient.connect(node.config.socket());
        Thread stop = new Thread(() -> {
            try {
                stopping.stop("deaf", Syscalls.SIGTERM, 3_000);
            } catch (IOException e) {
                // the connection ends with the upgrade
            }
        });
        stop.start();
        Await.until("it is stopping", () -> node.status("deaf").state().equals("stopping"));

        outside.upgrade();

        assertThat(node.status("deaf").state()).isIn("stopping", "exited");
        assertThat(node.exit("deaf").signal()).isEqualTo(9);
        assertThat(node.exit("deaf").known()).isTrue();
        stop.join();
        stopping.close();
    }

    @Test
    void shouldKeepTheLeaseAndItsReason() throws Exception {
        outside.run();
        node.client.renew(60_000);
        node.sandbox("s1", true);
        node.run("c1", "s1", "sleep 1000");
        node.client.renew(3_000);

        outside.upgrade();

        assertThat(node.exit("c1").reason()).isEqualTo("deadline-passed");
        assertThat(node.exit("c1").known()).isTrue();
    }

    @Test
    void shouldStayWhereTheNewProgramIsNotFit() throws Exception {
        Path script = script("echo 'this one lacks a jar' >&2; exit 1");
        outside.run();
        node.sandbox("s1");
        node.run("c1", "s1", "sleep 1000");

        assertThatThrownBy(node.client::upgrade).hasMessageContaining("this one lacks a jar");
        Files.writeString(script, "#!/bin/sh\necho '{\"version\":\"9\"}'\n");
        assertThatThrownBy(node.client::upgrade).hasMessageContaining("does not say how it was executed");
        Files.delete(script);
        assertThatThrownBy(node.client::upgrade).hasMessageContaining("not fit");

        assertThat(node.status("c1").state()).isEqualTo("running");
        node.run("c2", "s1", "exit 3");
        assertThat(node.exit("c2").code()).isEqualTo(3);
    }

    @Test
    void shouldRefuseProgramThatDoesNotKnowARecord() throws Exception {
        outside.run();
        node.sandbox("s1");
        Path record = directory.resolve("data/sandboxes/s1/sandbox.json");
        String text = Files.readString(record);
        Files.writeString(record, text.replace("\"format\":1", "\"format\":99"));

        assertThatThrownBy(node.client::upgrade).hasMessageContaining("has format 99");

        Files.writeString(record, text);
        outside.upgrade();
    }

    @Test
    void shouldExecuteItselfAgainWhereTheNewProgramCannotBeExecuted() throws Exception {
        Path program = directory.resolve("program");
        Files.writeString(program, "not a program");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        script("echo '{\"version\":\"9\",\"program\":\"" + program
                + "\",\"arguments\":[\"program\"],\"environment\":[]}'");
        outside.run();
        node.sandbox("s1");
        node.run("c1", "s1", "echo on; sleep 2; exit 6");

        assertThat(node.client.upgrade()).isEqualTo("9");
        outside.keeper.awaitReady(2);

        assertThat(outside.keeper.said()).anyMatch(line -> line.contains("could not be executed: execve"));
        node.client.close();
        node.client = KeeperClient.connect(node.config.socket());
        assertThat(node.exit("c1").code()).isEqualTo(6);
    }

    @Test
    void shouldUpgradeThroughTheScriptThatStartsIt() throws Exception {
        script("exec " + String.join(" ", KeeperProcess.command()).replace("$", "\\$") + " \"$@\"");
        outside.run();
        node.sandbox("s1");
        node.run("c1", "s1", "sleep 1; exit 5");

        outside.upgrade();

        assertThat(node.exit("c1").code()).isEqualTo(5);
    }

    private Path script(String body) throws IOException {
        Path script = directory.resolve("launcher");
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Integer.toString(outside.keeper.pid()), "fd"))) {
            return open.count();
        }
    }

    /** What an execve keeps of a process and a JVM must not find: blocked and ignored signals, dumpable. */
    private List<String> marks() throws IOException {
        Path proc = Path.of("/proc", Integer.toString(outside.keeper.pid()));
        List<String> marks = new ArrayList<>(Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith("SigBlk") || line.startsWith("SigIgn") || line.startsWith("SigCgt"))
                .toList());
        marks.add(Files.getOwner(proc.resolve("environ")).getName());
        marks.add(Files.readString(proc.resolve("oom_score_adj")));
        return marks;
    }
}
