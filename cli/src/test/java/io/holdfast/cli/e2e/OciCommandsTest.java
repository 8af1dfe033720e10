package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code holdfast oci} as tools use it that start runc: a bundle, a few commands, exit codes. */
@Tag("root")
class OciCommandsTest {
    private static final String UNTIL_TOLD = "trap 'echo told; exit 5' TERM; echo up; while :; do sleep 0.1; done";

    @TempDir
    private static Path place;

    private static OciNode node;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        node = OciNode.start(place);
    }

    @AfterAll
    static void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void leaveNothing() throws Exception {
        node.leaveNothing("c1");
    }

    private OciBundle bundle(String script) throws Exception {
        return new OciBundle(directory.resolve("bundle"), script);
    }

    private String bundle() {
        return directory.resolve("bundle").toString();
    }

    /** Of a container that runs until it is told to end, the file that its output goes to. */
    private Path running(String id) throws Exception {
        bundle(UNTIL_TOLD);
        Path out = node.create("", "create", "--bundle", bundle(), id);
        node.quietly("start", id);
        Await.until("its trap", OciNode.BOUND, () -> Files.readString(out).equals("up\n"));
        return out;
    }

    @Test
    void shouldGoFromCreatedToStoppedOnTheCommandsOwnStreams() throws Exception {
        bundle("read x; echo got $x; echo wrong >&2; exit 3");
        Path pidFile = directory.resolve("pid");

        Path out = node.create("this\n", "create", "-b", bundle(), "--pid-file", pidFile.toString(), "c1");

        JsonNode created = node.state("c1");
        assertThat(created.path("status").asText()).isEqualTo("created");
        assertThat(created.path("id").asText()).isEqualTo("c1");
        assertThat(created.path("bundle").asText()).isEqualTo(bundle());
        assertThat(pidFile).hasContent(created.path("pid").asText());
        assertThat(Path.of("/proc", created.path("pid").asText())).exists();
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("bundle", "pid");

        node.quietly("start", "c1");
        node.awaitStopped("c1");

        assertThat(node.state("c1").path("pid").asInt()).isZero();
        assertThat(out).hasContent("got this\nwrong\n");
        assertThat(node.refusal("start", "c1"))
                .isEqualTo("conflict: container c1 is stopped, not created: it cannot be started");
        assertThat(node.refusal("kill", "c1")).isEqualTo("container c1 is stopped: there is no process to signal");
        node.quietly("delete", "c1");
        assertThat(node.refusal("state", "c1")).isEqualTo("container c1 does not exist");
    }

    @Test
    void shouldRunToTheEndWithTheProgramsExitCode() throws Exception {
        bundle("read x; echo got $x; echo wrong >&2; exit 7");

        Tool.Ran ran = Tool.run(node.command("run", "--bundle", bundle(), "c1"), "this\n".getBytes());

        assertThat(ran).isEqualTo(new Tool.Ran(7, "got this\n", "wrong\n"));
    }

    @Test
    void shouldRunWithTheSignalsNumberAsExitCodeWhenOneEndsTheProgram() throws Exception {
        bundle(UNTIL_TOLD);
        try (Tool run = Tool.start(node.command("run", "-b", bundle(), "c1"))) {
            Await.until("its trap", OciNode.BOUND, () -> run.out().equals("up\n"));

            node.quietly("kill", "c1", "KILL");

            assertThat(run.await()).isEqualTo(new Tool.Ran(128 + 9, "up\n", ""));
        }
    }

    @Test
    void shouldHandOnTheSignalsThatRunIsSent() throws Exception {
        bundle(UNTIL_TOLD);
        try (Tool run = Tool.start(node.command("run", "-b", bundle(), "c1"))) {
            Await.until("its trap", OciNode.BOUND, () -> run.out().equals("up\n"));

            run.terminate();

            assertThat(run.await()).isEqualTo(new Tool.Ran(5, "up\ntold\n", ""));
        }
    }

    @Test
    void shouldNotWaitForeverWhenTheKeeperDiesDuringARun() throws Exception {
        bundle(UNTIL_TOLD);
        try (Tool run = Tool.start(node.command("run", "-b", bundle(), "c1"))) {
            Await.until("its trap", OciNode.BOUND, () -> run.out().equals("up\n"));

            node.killKeeper();
            node.startKeeper();

            assertThat(node.state("c1").path("status").asText()).isEqualTo("running");
            // the run's streams are the container's, and end with it
            node.quietly("delete", "--force", "c1");
            Tool.Ran ran = run.await();
            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.err())
                    .startsWith("holdfast oci: the keeper has hung up while container c1 ran")
                    .containsOnlyOnce("\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, told", "sigterm, told", "15, told", "KILL, ''", "9, ''"})
    void shouldSignalByNameAndNumber(String signal, String said) throws Exception {
        Path out = running("c1");

        node.quietly("kill", "c1", signal);

        node.awaitStopped("c1");
        assertThat(Files.readString(out).strip()).isEqualTo(("up\n" + said).strip());
        node.quietly("delete", "c1");
    }

    @Test
    void shouldNotDeleteWhatRunsUnlessForced() throws Exception {
        running("c1");

        assertThat(node.refusal("delete", "c1"))
                .isEqualTo("container c1 is running, not stopped: kill it first, or delete with --force");
        assertThat(node.refusal("kill", "c1", "NONE")).startsWith("signal NONE is not known");
        assertThat(node.state("c1").path("status").asText()).isEqualTo("running");

        node.quietly("delete", "--force", "c1");

        assertThat(node.left()).isEmpty();
        node.quietly("delete", "--force", "c1");
        assertThat(node.refusal("delete", "c1")).isEqualTo("container c1 does not exist");
    }

    @Test
    void shouldPauseAndResume() throws Exception {
        running("c1");

        node.quietly("pause", "c1");
        assertThat(node.state("c1").path("status").asText()).isEqualTo("paused");
        node.quietly("resume", "c1");

        assertThat(node.state("c1").path("status").asText()).isEqualTo("running");
        node.quietly("delete", "--force", "c1");
        assertThat(node.refusal("pause", "c1")).isEqualTo("container c1 does not exist");
    }

    @Test
    void shouldRefuseAnIdThatIsTakenAndLeaveItsContainerAlone() throws Exception {
        bundle("true");
        node.create("", "create", "-b", bundle(), "c1");

        for (String command : new String[] {"create", "run"}) {
            assertThat(node.refusal(command, "-b", bundle(), "c1"))
                    .isEqualTo("conflict: container c1 is there already");
        }

        assertThat(node.state("c1").path("status").asText()).isEqualTo("created");
        node.quietly("delete", "--force", "c1");
    }

    @Test
    void shouldSayWhatIsWrongWithABundle() throws Exception {
        assertThat(node.refusal("create", "-b", bundle(), "c1"))
                .isEqualTo("--bundle %s is not there".formatted(bundle()));

        OciBundle bundle = bundle("true");
        bundle.process().put("cwd", "somewhere");
        bundle.write();
        assertThat(node.refusal("create", "-b", bundle(), "c1"))
                .startsWith(bundle.file() + ": process.cwd")
                .contains("absolute");

        bundle.process().put("cwd", "/").put("terminal", "yes");
        bundle.write();
        assertThat(node.refusal("create", "-b", bundle(), "c1")).startsWith(bundle.file() + ": process.terminal");

        Files.writeString(bundle.file(), "{");
        assertThat(node.refusal("create", "-b", bundle(), "c1")).startsWith(bundle.file() + ": ");

        Files.delete(bundle.file());
        assertThat(node.refusal("create", "-b", bundle(), "c1"))
                .isEqualTo(bundle.file() + " is not there: --bundle names the directory that it lies in");
        assertThat(node.refusal("run", "-b", bundle(), "c1")).contains("is not there");
        assertThat(node.refusal("state", "c1")).isEqualTo("container c1 does not exist");
    }

    @Test
    void shouldLeaveNothingWhenThePidCannotBeWritten() throws Exception {
        bundle("true");
        Path pidFile = directory.resolve("none/pid");

        assertThat(node.refusal("create", "-b", bundle(), "--pid-file", pidFile.toString(), "c1"))
                .isEqualTo("--pid-file %s cannot be written: its directory is not there".formatted(pidFile));

        assertThat(node.left()).isEmpty();
    }

    @Test
    void shouldLeaveNothingWhenTheProgramOfARunIsNotThere() throws Exception {
        OciBundle bundle = bundle("true");
        bundle.process().putArray("args").add("/bin/no-such-program");
        bundle.write();

        assertThat(node.refusal("run", "-b", bundle(), "c1")).contains("/bin/no-such-program");
    }
}
