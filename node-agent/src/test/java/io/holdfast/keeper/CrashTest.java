package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A keeper is killed with SIGKILL at random moments while clients start and remove containers as fast as they can; then the
 * next one is asked, and the host is counted: processes, cgroups, FIFOs, directories, mounts.
 */
@Tag("root")
@Tag("keeper-process")
class CrashTest {
    private static final int ROUNDS = 8;
    private static final int CLIENTS = 3;
    private static final int MOST_ANSWERS = 24;
    private static final int LONGEST_MICROS = 40_000;

    @TempDir
    Path directory;

    private final Random random = new Random(11);
    private final AtomicInteger done = new AtomicInteger();
    private final Set<String> refusals = new ConcurrentSkipListSet<>();
    KeeperFixture node;
    private String marker;

    @BeforeEach
    void prepare() throws Exception {
        Root.required();
        node = fixture();
        // an argument that no other process of the host has
        marker = "8" + ProcessHandle.current().pid() + "." + random.nextInt(1_000_000);
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.keeper = KeeperFixture.ok(Keeper.start(node.config, node.source, directory.resolve("id-ranges")));
            node.close();
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void shouldLeaveNoDoubtWhenKilledAtAnyMoment() throws Exception {
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        Set<String> removing = new ConcurrentSkipListSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            KeeperProcess keeper = new KeeperProcess(directory, node.config.cgroupParent(), launcher());
            try {
                checkHost(acknowledged, removing);
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    String name = "r" + round + "c" + i;
                    Thread thread = new Thread(() -> useUntilItDies(name, acknowledged, removing));
                    clients.add(thread);
                    thread.start();
                }
                // so many answers, and then somewhere in the middle of the next ones
                int answers = done.get() + random.nextInt(MOST_ANSWERS);
                Await.until("answers", () -> done.get() >= answers || !refusals.isEmpty());
                TimeUnit.MICROSECONDS.sleep(random.nextInt(LONGEST_MICROS));
                keeper.kill();
                for (Thread client : clients) {
                    client.join();
                }
            } finally {
                keeper.kill();
            }
        }
        KeeperProcess last = new KeeperProcess(directory, node.config.cgroupParent(), launcher());
        try {
            checkHost(acknowledged, removing);
            assertThat(refusals).isEmpty();
            assertThat(acknowledged).as("something was started at all").isNotEmpty();
        } finally {
            last.terminate();
        }
        assertThat(processes()).as("SIGTERM touches no container").hasSameSizeAs(running());
    }

    KeeperFixture fixture() throws Exception {
        return KeeperFixture.fake(directory);
    }

    String launcher() {
        return "fake";
    }

    /** Of every second container. */
    long diskBytes() {
        return 0;
    }

    /** Starts sandboxes with two containers, removes every second one, until the keeper is gone. */
    private void useUntilItDies(String name, Set<String> acknowledged, Set<String> removing) {
        try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
            for (int i = 0; ; i++) {
                String sandbox = name + "n" + i;
                client.createSandbox(new Request.CreateSandbox(sandbox, sandbox, "private", true, false, Map.of()));
                for (String container : List.of(sandbox + "a", sandbox + "b")) {
                    Request.StartContainer plain =
                            KeeperFixture.container(container, sandbox, Spec.Resources.UNLIMITED, "/bin/sleep", marker);
                    long disk = container.endsWith("b") ? diskBytes() : 0;
                    client.start(new Request.StartContainer(
                            container,
                            sandbox,
                            "host",
                            plain.spec(),
                            plain.logMaxBytes(),
                            null,
                            false,
                            List.of(),
                            disk));
                    acknowledged.add(container);
                    done.incrementAndGet();
                }
                if (i % 2 == 0) {
                    removing.add(sandbox);
                    client.removeSandbox(sandbox);
                    acknowledged.remove(sandbox + "a");
                    acknowledged.remove(sandbox + "b");
                }
            }
        } catch (KeeperClient.RequestFailedException e) {
            refusals.add(e.getMessage());
        } catch (IOException e) {
            // the keeper was killed
        }
    }

    /** What the new keeper says, what was acknowledged and what is on the host are one. */
    private void checkHost(Set<String> acknowledged, Set<String> removing) throws Exception {
        Set<String> listed = new TreeSet<>();
        Set<String> running = new TreeSet<>();
        Set<String> sandboxes = new TreeSet<>();
        try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
            for (Reply.SandboxStatus sandbox : client.list().items()) {
                sandboxes.add(sandbox.id());
                for (Reply.ContainerStatus container : sandbox.containers()) {
                    if (container.state().equals("running")) {
                        running.add(container.id());
                    } else {
                        // ended by a removal that was cut short, or by the keeper's death in the middle of its start
                        assertThat(removing.contains(sandbox.id()) || !acknowledged.contains(container.id()))
                                .as("%s ended and nobody had asked for that", container.id())
                                .isTrue();
                    }
                    listed.add(container.id());
                }
            }
        }
        // one whose removal was under way may be gone or not; all others that were acknowledged must be there
        List<String> missing = acknowledged.stream()
                .filter(id -> !listed.contains(id) && !removing.contains(id.substring(0, id.length() - 1)))
                .toList();
        assertThat(missing).isEmpty();
        Await.until("what is ended is cleared away", () -> ids("run/containers").equals(running));
        Await.until("processes as listed", () -> processes().size() == running.size());
        assertThat(ids("data/containers")).isEqualTo(listed);
        assertThat(ids("run/containers")).isEqualTo(running);
        assertThat(ids("data/sandboxes")).isEqualTo(sandboxes);
        assertThat(ids("run/sandboxes")).isEqualTo(sandboxes);
        for (String id : running) {
            assertThat(directory.resolve("run/containers").resolve(id).resolve("stdout"))
                    .exists();
        }
        Set<String> cgroups = new TreeSet<>();
        for (String path : node.cgroups()) {
            String[] parts =
                    path.substring(path.indexOf(node.config.cgroupParent())).split("/");
            cgroups.add(parts[parts.length - 1]);
        }
        Set<String> expected = new TreeSet<>(running);
        expected.addAll(sandboxes);
        expected.add(node.config.cgroupParent());
        assertThat(cgroups).isEqualTo(expected);
        assertThat(node.mounts()).as("mounts of disks").noneMatch(line -> line.contains("/data/containers/"));
        acknowledged.retainAll(listed);
        acknowledged.addAll(running);
    }

    private List<String> running() throws IOException {
        return List.copyOf(ids("run/containers"));
    }

    private Set<String> ids(String place) throws IOException {
        return new TreeSet<>(Layout.ids(directory.resolve(place)));
    }

    /** Living processes of this test's containers. */
    private List<Integer> processes() throws IOException {
        List<Integer> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit)) {
                    try {
                        String[] arguments =
                                Files.readString(entry.resolve("cmdline")).split("\0");
                        if (arguments.length == 2 && arguments[1].equals(marker)) {
                            found.add(Integer.parseInt(name));
                        }
                    } catch (IOException e) {
                        // ended meanwhile
                    }
                }
            }
        }
        return found;
    }
}
