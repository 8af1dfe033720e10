package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A scheduler and one node, each part a process of its own that can be killed, hung, upgraded and started again. */
final class Node {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Path directory;
    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final Part scheduler;
    private final Path keeperConfig;
    private final Path agentConfig;
    final Api api;
    Part keeper;
    Part agent;

    Node(Path directory, String lostAfter) throws Exception {
        this.directory = directory;
        Files.writeString(directory.resolve("policy.yaml"), "host-image: true\n");
        Path schedulerConfig = Files.writeString(
                directory.resolve("scheduler.yaml"),
                "data-dir: %s/s%nhttp-port: 0%nnode.lost-after: %s%n".formatted(directory, lostAfter));
        keeperConfig = Files.writeString(
                directory.resolve("keeper.yaml"),
                "data-dir: %s/k%nrun-dir: %s%nsocket: %s%ncgroup-parent: %s%npolicy-file: %s/policy.yaml%n"
                        .formatted(directory, run(), socket(), parent(), directory));
        scheduler = Part.start("scheduler", "--config", schedulerConfig.toString());
        String url = scheduler.awaitReady();
        api = new Api(url, directory.resolve("s"));
        agentConfig = Files.writeString(
                directory.resolve("agent.yaml"),
                ("data-dir: %s/a%nname: one%nschedulers: [\"%s\"]%nnode-token-file: %s/s/node-token%n"
                                + "keeper-socket: %s%n")
                        .formatted(directory, url, directory, socket()));
        startKeeper();
        startAgent();
        awaitReady();
    }

    String parent() {
        return "holdfast-test-" + key;
    }

    private Path run() {
        return Path.of("/run/holdfast/" + key);
    }

    private Path socket() {
        return Path.of("/run/holdfast/" + key + ".sock");
    }

    void startKeeper() throws Exception {
        keeper = Part.start("keeper", "--config", keeperConfig.toString());
        keeper.awaitReady();
    }

    void startAgent() throws Exception {
        agent = Part.start("agent", "--config", agentConfig.toString());
        agent.awaitReady();
    }

    /** The command that a service manager would reload it with. */
    String upgradeKeeper() throws Exception {
        try (Part upgrade = Part.start("keeper", "--config", keeperConfig.toString(), "--upgrade")) {
            assertThat(upgrade.awaitExit()).as(upgrade.output()).isZero();
            return upgrade.output();
        }
    }

    /** An agent is upgraded by ending it and starting the new one: it has no children. */
    void upgradeAgent() throws Exception {
        assertThat(agent.end()).as(agent.output()).isZero();
        startAgent();
    }

    void awaitReady() {
        Await.until("the node is ready", BOUND, () -> {
            JsonNode nodes = api.get("/v1/nodes").path("items");
            return nodes.size() == 1 && nodes.get(0).path("state").asText().equals("ready");
        });
    }

    KeeperClient client() throws IOException {
        return KeeperClient.connect(socket());
    }

    /** Pid by container, of those that run. */
    Map<String, Integer> running() throws IOException {
        Map<String, Integer> running = new TreeMap<>();
        for (Reply.ContainerStatus container : containers()) {
            if (container.state().equals("running")) {
                running.put(container.id(), container.pid());
            }
        }
        return running;
    }

    List<Reply.ContainerStatus> containers() throws IOException {
        try (KeeperClient client = client()) {
            return client.list().items().stream()
                    .flatMap(sandbox -> sandbox.containers().stream())
                    .toList();
        }
    }

    /** @return how many sandboxes there were */
    int removeAll() throws IOException {
        try (KeeperClient client = client()) {
            List<Reply.SandboxStatus> sandboxes = client.list().items();
            for (Reply.SandboxStatus sandbox : sandboxes) {
                client.removeSandbox(sandbox.id());
            }
            return sandboxes.size();
        }
    }

    /** Everything below the keeper's directories that a container or sandbox has left. */
    List<Path> files() throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path directory : List.of(
                this.directory.resolve("k/sandboxes"),
                this.directory.resolve("k/containers"),
                run().resolve("sandboxes"),
                run().resolve("containers"))) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.forEach(left::add);
            }
        }
        return left;
    }

    /** Cgroups of sandboxes and containers: all below the parent. */
    List<Path> cgroups() throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path parent : Traces.cgroups(parent())) {
            try (Stream<Path> below = Files.walk(parent)) {
                below.filter(path -> Files.isDirectory(path) && !path.equals(parent))
                        .forEach(left::add);
            }
        }
        return left;
    }

    /** Pinned namespaces are mounts, too. */
    List<String> mounts() throws IOException {
        return Traces.mounts(key);
    }

    /** Of the keeper: a namespace that is neither pinned nor used by a process lives in one of them. */
    List<String> descriptors() throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(keeper.pid()), "fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    // closed since it was listed
                }
            }
        }
        return open;
    }

    /** Children of the keeper, zombies included. */
    List<String> children() throws IOException {
        List<String> children = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(keeper.pid()), "task"))) {
            for (Path task : tasks.toList()) {
                children.addAll(List.of(
                        Files.readString(task.resolve("children")).strip().split(" ")));
            }
        }
        return children.stream().filter(pid -> !pid.isEmpty()).toList();
    }

    /** Ends all, and finds that nothing is left. */
    void close() throws Exception {
        scheduler.close();
        agent.close();
        keeper.close();
        Part last = Part.start("keeper", "--config", keeperConfig.toString(), "--remove-on-exit");
        last.awaitReady();
        assertThat(last.end()).as(last.output()).isZero();
        assertThat(Traces.cgroups(parent())).isEmpty();
        assertThat(mounts()).isEmpty();
        assertThat(run()).doesNotExist();
        assertThat(directory.resolve("k")).doesNotExist();
    }
}
