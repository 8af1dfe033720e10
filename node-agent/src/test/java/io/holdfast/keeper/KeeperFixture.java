package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.error.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A keeper of a test's own: directories, cgroup, ids. What it leaves behind is a failure. */
final class KeeperFixture {
    private static final AtomicInteger COUNT = new AtomicInteger();
    static final String POLICY = "host-image: true\nhost-user: true\nhost-network: true\n";
    static final long LOG_BYTES = 1 << 20;

    final Path directory;
    final KeeperConfig config;
    final Keeper.LauncherSource source;
    Keeper keeper;
    KeeperClient client;

    KeeperFixture(Path directory, Keeper.LauncherSource source, String policy) throws Exception {
        this.directory = directory;
        this.source = source;
        Files.writeString(directory.resolve("policy.yaml"), policy);
        this.config = ok(KeeperConfig.of(Map.of(
                "data-dir", directory.resolve("data").toString(),
                "run-dir", directory.resolve("run").toString(),
                "policy-file", directory.resolve("policy.yaml").toString(),
                "cgroup-parent", "holdfast-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet())));
    }

    static KeeperFixture fake(Path directory) throws Exception {
        FakeLauncher launcher = new FakeLauncher();
        return new KeeperFixture(directory, launcher::open, POLICY);
    }

    static KeeperFixture real(Path directory) throws Exception {
        return new KeeperFixture(directory, Launchers::open, POLICY);
    }

    static <T> T ok(Outcome<T> outcome) {
        return outcome.fold(value -> value, errors -> {
            throw new AssertionError(errors.toString());
        });
    }

    KeeperFixture start() throws Exception {
        keeper = ok(Keeper.start(config, source, directory.resolve("id-ranges")));
        client = KeeperClient.connect(config.socket());
        return this;
    }

    void stop() throws Exception {
        client.close();
        keeper.close();
    }

    void sandbox(String id) throws IOException {
        sandbox(id, false);
    }

    void sandbox(String id, boolean stopWhenDisconnected) throws IOException {
        client.createSandbox(
                new Request.CreateSandbox(id, id, "private", true, stopWhenDisconnected, Map.of("owner", "test")));
    }

    Reply.Started run(String id, String sandbox, String script) throws IOException {
        return client.start(container(id, sandbox, Spec.Resources.UNLIMITED, "/bin/sh", "-c", script));
    }

    /** Of a shell on a terminal of its own. */
    static Request.StartContainer onTerminal(String id, String sandbox, Spec.ConsoleSize size, int uid, String script) {
        Request.StartContainer plain = container(id, sandbox, Spec.Resources.UNLIMITED, "/bin/sh", "-c", script);
        Spec.Process process = plain.spec().process();
        Spec.Process onTerminal = new Spec.Process(
                true,
                size,
                process.args(),
                process.env(),
                process.cwd(),
                new Spec.User(uid, uid, List.of()),
                process.capabilities(),
                true,
                List.of(),
                "",
                0);
        return new Request.StartContainer(id, sandbox, "host", plain.spec().withProcess(onTerminal), LOG_BYTES, null);
    }

    static Request.StartContainer container(String id, String sandbox, Spec.Resources resources, String... args) {
        Spec spec = new Spec(
                null,
                new Spec.Process(
                        List.of(args),
                        List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                        "/",
                        new Spec.User(0, 0, List.of()),
                        true,
                        List.of()),
                null,
                "",
                List.of(),
                new Spec.Linux(resources, List.of(), List.of()));
        return new Request.StartContainer(id, sandbox, "host", spec, LOG_BYTES, Map.of("task", id));
    }

    Reply.ContainerStatus status(String container) throws IOException {
        return client.list().items().stream()
                .flatMap(sandbox -> sandbox.containers().stream())
                .filter(status -> status.id().equals(container))
                .findFirst()
                .orElseThrow(() -> new AssertionError("container " + container + " is not listed"));
    }

    Reply.Exit exit(String container) throws Exception {
        Await.until(container + " has ended", () -> status(container).exit().ended());
        return status(container).exit();
    }

    /** All of a stream until its end. */
    String log(String container, String stream) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long offset = 0;
        while (true) {
            Reply.LogChunk chunk = client.readLog(new Request.ReadLog(container, stream, offset, 1 << 20, 10_000));
            text.write(chunk.data());
            offset = chunk.offset() + chunk.data().length;
            if (chunk.end()) {
                return text.toString(StandardCharsets.UTF_8);
            }
        }
    }

    /** Every file and cgroup of this keeper's that a removed sandbox has no right to. */
    List<String> litter() throws IOException {
        try (Stream<Path> files = Stream.of("data/sandboxes", "data/containers", "run/sandboxes", "run/containers")
                .map(directory::resolve)
                .flatMap(KeeperFixture::below)) {
            return Stream.concat(
                            files.map(Path::toString),
                            cgroups().stream().filter(path -> !path.endsWith(config.cgroupParent())))
                    .toList();
        }
    }

    private static Stream<Path> below(Path path) {
        try {
            return Files.exists(path) ? Files.walk(path).filter(file -> !file.equals(path)) : Stream.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    List<String> cgroups() throws IOException {
        try (Stream<Path> trees = Files.list(Path.of("/sys/fs/cgroup"))) {
            // on pure v2 the mount point is the one tree
            return Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), trees)
                    .map(tree -> tree.resolve(config.cgroupParent()))
                    .flatMap(path -> Stream.concat(
                            Files.exists(path) ? Stream.of(path) : Stream.of(),
                            below(path).filter(Files::isDirectory)))
                    .map(Path::toString)
                    .toList();
        }
    }

    List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }

    /** Ends everything, and finds that nothing is left. */
    void close() throws Exception {
        if (client != null) {
            client.close();
        }
        if (keeper != null) {
            keeper.closeAndRemoveAll();
            if (!cgroups().isEmpty() || !Files.exists(directory.resolve("data"))) {
                keeper = ok(Keeper.start(config, source, directory.resolve("id-ranges")));
                keeper.closeAndRemoveAll();
            }
            assertThat(litter()).isEmpty();
            assertThat(cgroups()).isEmpty();
            assertThat(mounts()).isEmpty();
            // thousands of links of the host image, each of which JUnit would warn of
            TreeRemover.remove(directory.resolve("data/state"), new Syscalls(new JnrKernel()));
        }
    }
}
