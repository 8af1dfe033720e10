package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.role.DevPlaces;
import io.holdfast.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users do to allocations that run, with the command: exec, stats, pause, logs. One dev with one counter in it. */
@Tag("root")
class InsideTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final byte[] NOTHING = new byte[0];
    private static final String COUNTER = """
            job: count
            type: service
            groups:
              - name: main
                tasks:
                  - name: main
                    image: host
                    command: ["/bin/sh", "-c", "n=0; while :; do n=$((n+1)); echo line $n; echo $n > /tmp/n; sleep 0.05; done"]
                    env: {SEEN: inside}
                    stopGrace: 100ms
                    resources: {cpu: 10m, memory: 48Mi, pids: 32}
            """;

    @TempDir
    private Path directory;

    private Part dev;
    private String address;
    private String parent;
    private Api api;
    private String allocation;

    @BeforeEach
    void requireRoot() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "needs root: containers are made");
        parent = DevPlaces.of(directory).cgroupParent();
        dev = Part.start("dev", "--data-dir", directory.toString(), "--http-port", "0");
        address = dev.awaitReady();
        api = new Api(address, directory);
        api.put("count", COUNTER);
        allocation = api.awaitAllocations("count", "running", 1, BOUND)
                .get(0)
                .path("id")
                .asText();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        if (dev == null) {
            return;
        }
        dev.end();
        Traces.remove(directory.resolve("keeper"));
        assertThat(Traces.cgroups(parent)).as("cgroups left").isEmpty();
        assertThat(Traces.mounts(directory.toString())).as("mounts left").isEmpty();
    }

    private Tool.Ran holdfast(String... words) throws InterruptedException {
        return Tool.run(Tool.words(address, directory, words), NOTHING);
    }

    private Tool.Ran exec(byte[] input, String... more) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("exec"));
        words.addAll(List.of(more));
        return Tool.run(Tool.words(address, directory, words.toArray(String[]::new)), input);
    }

    private String inContainer(String script) throws InterruptedException {
        Tool.Ran ran = exec(NOTHING, allocation, "--", "/bin/sh", "-c", script);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out();
    }

    @Test
    void shouldRunProgramsBesideTheTask() throws Exception {
        Tool.Ran ran = exec(
                NOTHING,
                "-e",
                "MORE=also",
                "-w",
                "/usr",
                allocation.substring(0, 6),
                "main",
                "--",
                "/bin/sh",
                "-c",
                "echo $SEEN $MORE $HOLDFAST_JOB; pwd; hostname; echo wrong >&2; cat; exit 7");
        assertThat(ran.out()).isEqualTo("inside also count\n/usr\ncount-main-0\n");
        assertThat(ran.err()).isEqualTo("wrong\n");
        assertThat(ran.exitCode()).isEqualTo(7);

        Tool.Ran killed = exec(NOTHING, allocation, "--", "/bin/sh", "-c", "kill -9 $$");
        assertThat(killed.exitCode()).isEqualTo(137);

        Tool.Ran none = exec(NOTHING, allocation, "--", "/not/there");
        assertThat(none.exitCode()).isEqualTo(69);
        assertThat(none.err()).contains("/not/there");

        Tool.Ran wrongTask = exec(NOTHING, allocation, "other", "--", "true");
        assertThat(wrongTask.exitCode()).isEqualTo(64);
        assertThat(wrongTask.err()).contains("there is no task other in this allocation, it has main");

        JsonNode events = new ObjectMapper().readTree(firstEvent("allocation-exec"));
        assertThat(events.path("data").path("command").asText()).startsWith("/bin/sh -c echo");
    }

    /** The first of the type since the cluster's beginning. */
    private String firstEvent(String type) throws Exception {
        return Await.value(
                type,
                BOUND,
                () -> {
                    try {
                        return api.events(type);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                text -> !text.isEmpty());
    }

    @Test
    void shouldPassInputAndItsEndAndAHundredMegabytesOfOutput() throws Exception {
        byte[] input = "one\ntwo\n".repeat(300_000).getBytes(StandardCharsets.US_ASCII);
        Tool.Ran counted = exec(input, "-i", allocation, "--", "wc", "-c");
        assertThat(counted.out().strip()).isEqualTo(Integer.toString(input.length));

        // copied to a pipe that is read all along
        List<String> words = Tool.words(
                address, directory, "exec", allocation, "--", "head", "-c", Integer.toString(100 << 20), "/dev/zero");
        Path said = directory.resolve("exec.err");
        Process process = new ProcessBuilder(words).redirectError(said.toFile()).start();
        long bytes = 0;
        byte[] buffer = new byte[1 << 16];
        for (int read = process.getInputStream().read(buffer);
                read >= 0;
                read = process.getInputStream().read(buffer)) {
            bytes += read;
        }
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
        assertThat(bytes).isEqualTo(100 << 20);
    }

    @Test
    void shouldHangUpOnTheProgramWhenTheCommandIsEnded() throws Exception {
        try (Tool tool = Tool.start(Tool.words(
                address, directory, "exec", "-i", allocation, "--", "/bin/sh", "-c", "echo begun; exec sleep 4321"))) {
            Await.until("it to begin", BOUND, () -> tool.out().contains("begun"));
            assertThat(inContainer("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).contains("sleep 4321");
            tool.terminate();
            tool.await();
        }
        Await.until("its end", BOUND, () -> {
            try {
                return !inContainer("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").contains("sleep 4321");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void shouldGiveATerminalWhenItIsAskedFor() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/script")), "needs script(1): a terminal is made");
        String command = String.join(
                " ",
                Tool.words(
                        address,
                        directory,
                        "exec",
                        "-it",
                        allocation,
                        "--",
                        "/bin/sh",
                        "-c",
                        "'tty; stty size; read a; echo got $a; exit 5'"));
        try (Tool tool =
                Tool.start(List.of("/usr/bin/script", "-qec", "stty rows 33 cols 77; " + command, "/dev/null"))) {
            Await.until("the terminal's size", BOUND, () -> tool.out().contains("33 77"));
            assertThat(tool.out()).containsPattern("/dev/(pts/[0-9]+|console)");
            tool.type("typed\r".getBytes(StandardCharsets.US_ASCII));
            Tool.Ran ran = tool.await();
            assertThat(ran.out()).contains("got typed");
            assertThat(ran.exitCode()).isEqualTo(5);
        }
        Tool.Ran without = exec(NOTHING, "-t", allocation, "--", "true");
        assertThat(without.exitCode()).isIn(0, 64);
    }

    @Test
    void shouldStandStillWhileItIsPausedAndGoOnAfterwards() throws Exception {
        Await.until("it to count", BOUND, () -> lines() > 3);
        Tool.Ran paused = holdfast("pause", allocation.substring(0, 8));
        assertThat(paused.exitCode()).as(paused.err()).isZero();
        assertThat(paused.err()).isEqualTo("count.main[0] is paused\n");
        Await.until(
                "it to be shown",
                BOUND,
                () -> api.get("/v1/allocations/" + allocation)
                        .path("reason")
                        .asText()
                        .equals("paused"));
        long before = lines();
        long start = System.nanoTime();
        Await.value("a moment", BOUND, System::nanoTime, now -> now - start > 500_000_000);
        assertThat(lines()).isEqualTo(before);
        assertThat(holdfast("pause", allocation).exitCode()).isZero();
        assertThat(holdfast("status", "count").out()).contains("paused");

        assertThat(holdfast("resume", allocation).exitCode()).isZero();
        Await.until("it to go on", BOUND, () -> lines() > before);
        Await.until(
                "it to be shown",
                BOUND,
                () -> api.get("/v1/allocations/" + allocation)
                        .path("reason")
                        .asText()
                        .isEmpty());
        assertThat(holdfast("pause", allocation).exitCode()).isZero();
        // what is paused can be stopped
        assertThat(holdfast("stop", "count").exitCode()).isZero();
    }

    private long lines() {
        try {
            return api.logs(allocation).lines().count();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldShowTheLastLinesAndThoseSinceATimeWithTheirTimes() throws Exception {
        Await.until("it to count", BOUND, () -> lines() > 30);
        // else lines come between the search for the last ones and their reading
        assertThat(holdfast("pause", allocation).exitCode()).isZero();
        Tool.Ran tail = holdfast("logs", "--tail", "3", allocation);
        assertThat(tail.out().lines()).hasSize(3).allMatch(line -> line.matches("line [0-9]+"));
        Tool.Ran stamped = holdfast("logs", "-T", "--tail", "2", allocation);
        assertThat(stamped.out().lines())
                .hasSize(2)
                .allMatch(line -> line.matches("20[0-9-]+T[0-9:]+\\.[0-9]{3}Z line [0-9]+"));
        String middle =
                holdfast("logs", "-T", allocation).out().lines().toList().get(20);
        String time = middle.split(" ")[0];
        List<String> since =
                holdfast("logs", "--since", time, allocation).out().lines().toList();
        assertThat(since).contains(middle.substring(time.length() + 1)).doesNotContain("line 1");
        assertThat(holdfast("logs", "--since", "1h", allocation).out()).startsWith("line 1\n");
        assertThat(holdfast("logs", "--since", "soon", allocation).exitCode()).isEqualTo(64);
    }

    @Test
    void shouldShowWhatIsUsed() throws Exception {
        JsonNode stats = api.get("/v1/allocations/" + allocation + "/stats?windowMillis=300");
        JsonNode usage = stats.path("usage");
        assertThat(usage.path("memoryBytes").asLong()).isBetween(4_096L, 48L << 20);
        assertThat(usage.path("memoryLimitBytes").asLong()).isEqualTo(48L << 20);
        assertThat(usage.path("pids").asLong()).isBetween(1L, 32L);
        assertThat(usage.path("cpuMicros").asLong()).isPositive();
        assertThat(usage.path("cpuMillis").isNumber()).isTrue();
        assertThat(stats.path("tasks").get(0).path("name").asText()).isEqualTo("main");
        Tool.Ran list = holdfast("stats");
        assertThat(list.out()).contains("count.main[0]").contains("48Mi");
        assertThat(holdfast("stats", "count").out()).contains("count.main[0]");
        assertThat(holdfast("stats", allocation).out()).contains("memory limit").contains("48Mi");
        inContainer("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
        assertThat(api.get("/v1/allocations/" + allocation + "/stats")
                        .path("usage")
                        .path("cpuMicros")
                        .asLong())
                .isGreaterThan(usage.path("cpuMicros").asLong());
    }
}
