package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Keeper;
import io.holdfast.keeper.KeeperConfig;
import io.holdfast.model.error.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A keeper that makes real containers, in this process; may be ended and started again, and leaves nothing behind. */
final class RealKeeper {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path directory;
    private final KeeperConfig config;
    private Keeper keeper;

    RealKeeper() throws Exception {
        directory = Files.createTempDirectory("holdfast-agent-test");
        Path policy = Files.writeString(directory.resolve("policy.yaml"), "host-image: true\nhost-network: true\n");
        String parent = "holdfast-agent-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        config = ok(KeeperConfig.of(Map.of(
                "data-dir", directory.resolve("keeper").toString(),
                "run-dir", directory.resolve("run").toString(),
                "policy-file", policy.toString(),
                "cgroup-parent", parent)));
    }

    private static <T> T ok(Outcome<T> outcome) {
        return outcome.fold(value -> value, errors -> {
            throw new AssertionError(errors.toString());
        });
    }

    RealKeeper start() throws Exception {
        keeper = ok(Keeper.start(config));
        return this;
    }

    /** Ends the keeper and touches no container. */
    void stop() throws Exception {
        keeper.close();
    }

    Path socket() {
        return config.socket();
    }

    public void close() throws Exception {
        keeper.closeAndRemoveAll();
        delete(directory);
        try (var trees = Files.list(Path.of("/sys/fs/cgroup"))) {
            assertThat(trees.map(tree -> tree.resolve(config.cgroupParent())).filter(Files::exists))
                    .as("cgroups left behind")
                    .isEmpty();
        }
    }

    /** Links are removed, not followed. */
    private static void delete(Path tree) throws IOException {
        List<Path> all;
        try (var files = Files.walk(tree)) {
            all = new ArrayList<>(files.toList());
        }
        Collections.reverse(all);
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
