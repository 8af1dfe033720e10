package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Syscalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred running containers, whatever becomes of those who look after them. */
@Tag("root")
@Tag("keeper-process")
class NothingLostTest {
    private static final int CONTAINERS = 100;

    /** So many end in each gap in which nobody looks. */
    private static final int ENDING = 10;

    /** Numbers its lines until it is told to end; then says how many there were, and ends with its own code. */
    private static final String SCRIPT =
            "trap 'echo end $i; exit %d' TERM; i=0; " + "while :; do i=$((i+1)); echo $i; sleep 0.%d & wait $!; done";

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
        for (int i = 0; i < CONTAINERS; i++) {
            node.sandbox("s" + i);
            node.run(name(i), "s" + i, SCRIPT.formatted(code(i), 200 + i));
        }
    }

    @AfterEach
    void close() throws Exception {
        if (outside != null) {
            outside.close();
        }
    }

    @Test
    void shouldKeepAHundredContainersOverEveryDeathAndUpgrade() throws Exception {
        Map<String, Integer> pids = running();
        assertThat(pids).hasSize(CONTAINERS);

        // the agent dies: for the keeper, its connection ends
        node.client.close();
        node.client = KeeperClient.connect(node.config.socket());
        assertThat(running()).isEqualTo(pids);

        outside.upgrade(() -> end(pids, 0));
        awaitRunning(pids(pids, ENDING));
        IntStream.range(0, ENDING).forEach(i -> assertExact(i));

        outside.keeper.kill();
        end(pids, ENDING);
        outside.run();
        awaitRunning(pids(pids, 2 * ENDING));
        for (int i = ENDING; i < 2 * ENDING; i++) {
            Reply.Exit exit = node.exit(name(i));
            // nobody was there to see it; known is only what init has not reaped yet, and that is exact
            assertThat(exit.reason()).isEqualTo(exit.known() ? "" : Endings.UNKNOWN);
            assertThat(exit.code()).isEqualTo(exit.known() ? code(i) : -1);
        }

        outside.upgrade(() -> {});
        assertThat(running()).isEqualTo(pids(pids, 2 * ENDING));

        for (int i = 2 * ENDING; i < CONTAINERS; i++) {
            node.client.signal(name(i), Syscalls.SIGTERM);
        }
        boolean told = kernelTellsOthers();
        for (int i = 2 * ENDING; i < CONTAINERS; i++) {
            Reply.Exit exit = node.exit(name(i));
            // they became init's children when the keeper was killed
            assertThat(exit.known()).isEqualTo(told);
            assertThat(exit.code()).isEqualTo(told ? code(i) : -1);
        }
        for (int i = 0; i < CONTAINERS; i++) {
            boolean lastWordsMayLack = i >= ENDING && i < 2 * ENDING;
            assertComplete(i, lastWordsMayLack);
        }
    }

    private static String name(int i) {
        return "c" + i;
    }

    private static int code(int i) {
        return i % 100 + 1;
    }

    /** Since 6.15 a pidfd tells how its process ended also whose parent is another. */
    private static boolean kernelTellsOthers() {
        String[] version = System.getProperty("os.version").split("[^0-9]+");
        int major = Integer.parseInt(version[0]);
        return major > 6 || major == 6 && Integer.parseInt(version[1]) >= 15;
    }

    /** Ends so many from this one on, without asking the keeper. */
    private void end(Map<String, Integer> pids, int first) throws Exception {
        for (int i = first; i < first + ENDING; i++) {
            int pid = pids.get(name(i));
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
        for (int i = first; i < first + ENDING; i++) {
            int pid = pids.get(name(i));
            Await.until(
                    "it has ended",
                    () -> ProcessTable.stat(pid).map(ProcessTable.Stat::zombie).orElse(true));
        }
    }

    private Map<String, Integer> pids(Map<String, Integer> all, int but) {
        Map<String, Integer> left = new TreeMap<>(all);
        IntStream.range(0, but).forEach(i -> left.remove(name(i)));
        return left;
    }

    /** The ends that were found are recorded one after another, beside all else. */
    private void awaitRunning(Map<String, Integer> pids) throws Exception {
        Await.until("all ends are recorded", () -> running().size() <= pids.size());
        assertThat(running()).isEqualTo(pids);
    }

    private Map<String, Integer> running() throws IOException {
        Map<String, Integer> running = new TreeMap<>();
        for (Reply.SandboxStatus sandbox : node.client.list().items()) {
            for (Reply.ContainerStatus container : sandbox.containers()) {
                if (container.state().equals("running")) {
                    running.put(container.id(), container.pid());
                }
            }
        }
        return running;
    }

    private void assertExact(int i) {
        try {
            Reply.Exit exit = node.exit(name(i));
            assertThat(exit.known()).isTrue();
            assertThat(exit.code()).isEqualTo(code(i));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Each number once and in order, and at the end how many there were. */
    private void assertComplete(int i, boolean lastWordsMayLack) throws Exception {
        List<String> lines = log(name(i)).lines().toList();
        int numbers = lines.size();
        if (!lastWordsMayLack || lines.get(lines.size() - 1).startsWith("end")) {
            numbers--;
            assertThat(lines.get(numbers)).as(name(i)).isEqualTo("end " + numbers);
        }
        assertThat(numbers).as("it has written at all").isGreaterThan(3);
        for (int n = 0; n < numbers; n++) {
            assertThat(lines.get(n)).as(name(i)).isEqualTo(Integer.toString(n + 1));
        }
    }

    private String log(String container) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long offset = 0;
        while (true) {
            Reply.LogChunk chunk =
                    node.client.readLog(new Request.ReadLog(container, "stdout", offset, 1 << 20, 10_000, true));
            assertThat(chunk.offset()).isEqualTo(offset);
            text.write(chunk.data());
            offset += chunk.data().length;
            if (chunk.end()) {
                return text.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
