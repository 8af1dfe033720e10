package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A keeper is killed with SIGKILL at random moments around the ends and removals of containers that use cpu time. What the kernel
 * has counted for their sandbox's cgroup, which outlives them, is what the account must say: nothing lost, nothing twice.
 */
@Tag("root")
@Tag("keeper-process")
class AccountCrashTest {
    private static final int ROUNDS = 8;
    private static final int LONGEST_MICROS = 60_000;

    /** The kernel counts in microseconds, once for each container. */
    private static final long ROUNDING_NANOS = 1_000L * 4 * ROUNDS;

    private static final String BURN = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";

    @TempDir
    Path directory;

    private final Random random = new Random(5);
    private KeeperFixture node;

    @BeforeEach
    void prepare() throws Exception {
        Root.required();
        node = KeeperFixture.fake(directory);
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.keeper = KeeperFixture.ok(Keeper.start(node.config, node.source, directory.resolve("id-ranges")));
            node.close();
        }
    }

    @Test
    void shouldNeitherLoseNorDoubleWhatWasUsedWhenKilledAtAnyMoment() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            KeeperProcess keeper = new KeeperProcess(directory, node.config.cgroupParent(), "fake");
            try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
                if (round == 0) {
                    client.createSandbox(new Request.CreateSandbox("s1", "s1", "private", true, false, Map.of()));
                    assumeTrue(counted().isPresent(), "needs the v2 tree, which counts for cgroups that are gone");
                }
                check(client);
                for (String id : List.of("a" + round, "b" + round, "c" + round)) {
                    client.start(KeeperFixture.container(id, "s1", Spec.Resources.UNLIMITED, "/bin/sh", "-c", BURN));
                }
                Thread remover = new Thread(() -> removeAll(client));
                remover.start();
                TimeUnit.MICROSECONDS.sleep(random.nextInt(LONGEST_MICROS));
                keeper.kill();
                remover.join();
            } finally {
                keeper.kill();
            }
        }
        KeeperProcess last = new KeeperProcess(directory, node.config.cgroupParent(), "fake");
        try (KeeperClient client = KeeperClient.connect(node.config.socket())) {
            check(client);
        } finally {
            last.terminate();
        }
    }

    /** Removes whatever has ended until the keeper is gone. */
    private static void removeAll(KeeperClient client) {
        try {
            while (true) {
                for (Reply.ContainerStatus container :
                        client.list().items().get(0).containers()) {
                    if (container.exit().ended()) {
                        client.removeContainer(container.id());
                    }
                }
            }
        } catch (IOException e) {
            // the keeper was killed
        }
    }

    private void check(KeeperClient client) throws Exception {
        Await.until(
                "all have ended and are taken over",
                () -> client.list().items().get(0).containers().stream()
                                .allMatch(container -> container.exit().ended())
                        && client.stats(List.of("s1"))
                                .sandboxes()
                                .get(0)
                                .containers()
                                .isEmpty());
        long told = client.stats(List.of("s1")).sandboxes().get(0).total().cpuNanos();
        assertThat(told).isCloseTo(counted().orElseThrow(), within(ROUNDING_NANOS));
    }

    /** Cpu time of the sandbox's cgroup and of all that were ever below it. */
    private Optional<Long> counted() throws IOException {
        for (String cgroup : node.cgroups()) {
            Path stat = Path.of(cgroup, "cpu.stat");
            if (cgroup.endsWith("/s1") && Files.exists(stat)) {
                for (String line : Files.readAllLines(stat)) {
                    if (line.startsWith("usage_usec ")) {
                        return Optional.of(1_000 * Long.parseLong(line.split(" ")[1]));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
