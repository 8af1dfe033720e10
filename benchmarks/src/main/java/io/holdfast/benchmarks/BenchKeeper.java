package io.holdfast.benchmarks;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A keeper as a process of its own, and a client of its socket. */
final class BenchKeeper implements AutoCloseable {
    private static final int READY_SECONDS = 60;
    private static final int END_SECONDS = 60;
    private static final long LOG_BYTES = 64 << 10;
    private static final Spec.Resources LIMITS =
            new Spec.Resources(new Spec.Memory(64 << 20, 0, 0), new Spec.Cpu(512, 0, 0), new Spec.Pids(64));

    private final Child process;
    private final KeeperClient client;
    private final Workbench bench;
    private final Map<String, CompletableFuture<Reply.Exit>> ends;

    private BenchKeeper(
            Child process, KeeperClient client, Workbench bench, Map<String, CompletableFuture<Reply.Exit>> ends) {
        this.process = process;
        this.client = client;
        this.bench = bench;
        this.ends = ends;
    }

    /** @param holdfast the command */
    static BenchKeeper start(String holdfast, Workbench bench) throws Exception {
        Path home = Files.createDirectories(bench.directory().resolve("keeper"));
        Path policy = Files.writeString(
                home.resolve("policy.yaml"), "host-user: true\ndirectories: [" + bench.rootfs() + "]\n");
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rw-r--r--"));
        Path run = bench.onTmpfs();
        Path socket = run.resolve("keeper.sock");
        Path config = Files.writeString(home.resolve("keeper.yaml"), """
                data-dir: %s
                run-dir: %s
                socket: %s
                cgroup-parent: %s
                policy-file: policy.yaml
                """.formatted(
                        home.resolve("data"), run.resolve("keeper"), socket, run.getFileName()));
        Child process = Child.start(
                List.of(holdfast, "keeper", "--config", config.toString(), "--remove-on-exit"),
                line -> line.startsWith("ready "));
        process.awaitSign(READY_SECONDS);
        Map<String, CompletableFuture<Reply.Exit>> ends = new ConcurrentHashMap<>();
        KeeperClient client = KeeperClient.connect(socket, event -> {
            if (event instanceof Event.Exited exited) {
                CompletableFuture<Reply.Exit> end = ends.remove(exited.container());
                if (end != null) {
                    end.complete(exited.exit());
                }
            }
        });
        client.watch();
        return new BenchKeeper(process, client, bench, ends);
    }

    long pid() {
        return process.pid();
    }

    KeeperClient client() {
        return client;
    }

    void sandbox(String id, boolean userNamespace) throws IOException {
        client.createSandbox(new Request.CreateSandbox(id, "bench", "private", userNamespace, false, Map.of()));
    }

    void start(String id, String sandbox, String... args) throws IOException {
        Spec.Process process = new Spec.Process(List.of(args), List.of("PATH=/bin"), "/", null, true, List.of());
        Spec spec = new Spec(null, process, null, "", List.of(), new Spec.Linux(LIMITS, List.of(), List.of()));
        client.start(new Request.StartContainer(id, sandbox, "dir:" + bench.rootfs(), spec, LOG_BYTES, Map.of()));
    }

    /** From the request until the exit status is here, in nanoseconds. */
    long run(String id, String sandbox) throws Exception {
        CompletableFuture<Reply.Exit> end = new CompletableFuture<>();
        ends.put(id, end);
        long begin = System.nanoTime();
        start(id, sandbox, "/bin/true");
        check(id, end.get(END_SECONDS, TimeUnit.SECONDS));
        return System.nanoTime() - begin;
    }

    /** The same with a sandbox made for it; the sandbox is removed afterwards, off the clock. */
    long runAlone(String id, boolean userNamespace) throws Exception {
        CompletableFuture<Reply.Exit> end = new CompletableFuture<>();
        ends.put(id, end);
        long begin = System.nanoTime();
        sandbox(id, userNamespace);
        start(id, id, "/bin/true");
        check(id, end.get(END_SECONDS, TimeUnit.SECONDS));
        long taken = System.nanoTime() - begin;
        client.removeSandbox(id);
        return taken;
    }

    private static void check(String id, Reply.Exit exit) {
        if (!exit.known() || exit.code() != 0 || exit.signal() != 0) {
            throw new IllegalStateException("container " + id + " ended with " + exit);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.close();
    }
}
