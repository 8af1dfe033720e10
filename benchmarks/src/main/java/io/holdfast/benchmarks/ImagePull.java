package io.holdfast.benchmarks;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An image of five gzip layers from a registry on the loopback to a running container, on a node of separate processes, each run from
 * nothing; beside it {@code skopeo copy} with {@code umoci unpack}, and {@code tar -xz} of the same layers from local files. Then what
 * layers add to a launch when they are there.
 *
 * <p>Arguments: the {@code holdfast} command, a static busybox, then the number of cold runs (3) and of warm launches (200).
 */
public final class ImagePull {
    private static final int WAIT_SECONDS = 300;
    private static final long LOG_BYTES = 64 << 10;
    private static final long DISK_BYTES = 1 << 30;

    private ImagePull() {}

    public static void main(String[] args) throws Exception {
        int runs = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        int launches = args.length > 3 ? Integer.parseInt(args[3]) : 200;
        Path directory = Files.createTempDirectory("holdfast-pull-");
        try (BenchRegistry registry = BenchRegistry.start(directory, Path.of(args[1]))) {
            System.out.printf(
                    Locale.ROOT,
                    "image: %d layers, %.0f MB of tar, %.0f MB compressed%n%n",
                    registry.archives.size(),
                    registry.unpackedBytes / 1e6,
                    compressed(registry) / 1e6);
            long[] ours = new long[runs];
            long[] peers = new long[runs];
            long[] floor = new long[runs];
            long[] grownKib = new long[2 * runs];
            List<Figures> warm = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                Path own = Files.createDirectory(directory.resolve("run" + i));
                try (Node node = Node.start(args[0], own, registry)) {
                    node.api.listen();
                    long agentBefore = node.rssKib(node.agent);
                    long keeperBefore = node.rssKib(node.keeper);
                    ours[i] = node.pull(registry.reference());
                    grownKib[2 * i] = node.peakKib(node.agent) - agentBefore;
                    grownKib[2 * i + 1] = node.peakKib(node.keeper) - keeperBefore;
                    if (i == runs - 1) {
                        warm.addAll(node.warm(launches));
                    }
                }
                peers[i] = peers(registry, Files.createDirectory(own.resolve("peers")));
                floor[i] = floor(registry, Files.createDirectory(own.resolve("floor")));
                remove(own);
            }
            print(ours, peers, floor, grownKib, warm);
        } finally {
            remove(directory);
        }
    }

    private static long compressed(BenchRegistry registry) throws IOException {
        long bytes = 0;
        for (Path archive : registry.archives) {
            bytes += Files.size(archive);
        }
        return bytes;
    }

    private static void print(long[] ours, long[] peers, long[] floor, long[] grownKib, List<Figures> warm) {
        Figures own = Figures.ofNanos("cold: PUT answered to running", ours);
        Figures other = Figures.ofNanos("skopeo copy, umoci unpack", peers);
        Figures least = Figures.ofNanos("tar -xz of the layers, one after another", floor);
        System.out.println(Figures.header());
        Stream.concat(Stream.of(own, other, least), warm.stream()).forEach(f -> System.out.println(f.row()));
        System.out.printf(Locale.ROOT, "%ncold / peers (asked: 0.7): %.2f%n", own.median() / other.median());
        System.out.printf(Locale.ROOT, "cold / tar -xz (asked: 1.3): %.2f%n", own.median() / least.median());
        System.out.printf(
                Locale.ROOT,
                "layers add to a launch (asked: below 1 ms): %.2f ms%n",
                warm.get(0).median() - warm.get(1).median());
        System.out.printf(
                Locale.ROOT,
                "a limit of the disk adds to a launch: %.2f ms%n",
                warm.get(2).median() - warm.get(0).median());
        long agent = 0;
        long keeper = 0;
        for (int i = 0; i < grownKib.length; i += 2) {
            agent = Math.max(agent, grownKib[i]);
            keeper = Math.max(keeper, grownKib[i + 1]);
        }
        System.out.printf(
                Locale.ROOT,
                "memory while pulling, peak less before (asked: 64 MiB): agent %.1f, keeper %.1f MiB%n",
                agent / 1024.0,
                keeper / 1024.0);
    }

    private static long peers(BenchRegistry registry, Path into) throws Exception {
        long begin = System.nanoTime();
        Commands.run(List.of(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--quiet",
                "--src-tls-verify=false",
                "docker://" + registry.reference(),
                "oci:" + into.resolve("layout") + ":1"));
        Commands.run(List.of(
                "umoci",
                "unpack",
                "--image",
                into.resolve("layout") + ":1",
                into.resolve("bundle").toString()));
        return System.nanoTime() - begin;
    }

    private static long floor(BenchRegistry registry, Path into) throws Exception {
        long begin = System.nanoTime();
        for (Path archive : registry.archives) {
            Path layer = Files.createDirectory(into.resolve(archive.getFileName()));
            Commands.run(List.of("tar", "-xzpf", archive.toString(), "-C", layer.toString()));
        }
        return System.nanoTime() - begin;
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Scheduler, keeper and agent as processes of their own. */
    private static final class Node implements AutoCloseable {
        private final List<Child> parts = new ArrayList<>();
        private final Path socket;
        private final Path run;
        private final Path rootfs;
        Child keeper;
        Child agent;
        Api api;

        private Node(Path directory) throws IOException {
            run = Files.createTempDirectory(Path.of("/dev/shm"), "holdfast-pull-");
            socket = run.resolve("keeper.sock");
            rootfs = Files.createDirectories(directory.resolve("rootfs"));
        }

        static Node start(String holdfast, Path directory, BenchRegistry registry) throws Exception {
            Node node = new Node(directory);
            int port = freePort();
            String url = "http://127.0.0.1:" + port;
            Path policy = Files.writeString(directory.resolve("policy.yaml"), "directories: [" + node.rootfs + "]\n");
            Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rw-r--r--"));
            node.part(holdfast, "scheduler", directory, "data-dir: %s/s%nhttp-port: %d%n".formatted(directory, port));
            node.keeper = node.part(
                    holdfast,
                    "keeper",
                    directory,
                    "data-dir: %s/k%nrun-dir: %s/k%nsocket: %s%ncgroup-parent: %s%npolicy-file: %s%n"
                            .formatted(directory, node.run, node.socket, node.run.getFileName(), policy));
            Path registries = Files.writeString(
                    directory.resolve("registries.yaml"),
                    "registries:%n  \"%s\": {plain-http: true}%n".formatted(registry.host()));
            node.agent = node.part(
                    holdfast,
                    "agent",
                    directory,
                    ("data-dir: %s/a%nname: one%nschedulers: [\"%s\"]%nnode-token-file: %s/s/node-token%n"
                                    + "keeper-socket: %s%nregistries-file: %s%n")
                            .formatted(directory, url, directory, node.socket, registries));
            node.api = new Api(url, directory.resolve("s/token"));
            long deadline = System.nanoTime() + WAIT_SECONDS * 1_000_000_000L;
            while (!node.api
                    .get("/v1/nodes")
                    .path("items")
                    .path(0)
                    .path("state")
                    .asText()
                    .equals("ready")) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the node did not register");
                }
                Thread.sleep(20);
            }
            return node;
        }

        private Child part(String holdfast, String role, Path directory, String config) throws Exception {
            Path file = Files.writeString(directory.resolve(role + ".yaml"), config);
            List<String> command = new ArrayList<>(List.of(holdfast, role, "--config", file.toString()));
            if (role.equals("keeper")) {
                command.add("--remove-on-exit");
            }
            Child child = Child.start(command, line -> line.startsWith("ready "));
            parts.add(0, child);
            child.awaitSign(WAIT_SECONDS);
            return child;
        }

        /** From the answer to PUT until the container runs. */
        long pull(String reference) throws Exception {
            long answered = api.put("bench", """
                    job: bench
                    type: service
                    groups:
                      - name: main
                        tasks:
                          - {name: main, image: "%s", stopGrace: 0s}
                    """.formatted(reference));
            Map<String, Long> seen = api.awaitRunning("bench", 1, WAIT_SECONDS);
            try (KeeperClient client = KeeperClient.connect(socket)) {
                Reply.Layers layers = client.call(new Request.ListLayers(), Reply.Layers.class);
                if (layers.items().size() != 5 || !layers.items().stream().allMatch(Reply.LayerStatus::inUse)) {
                    throw new IllegalStateException("the container does not stand on five layers: " + layers);
                }
            }
            return seen.values().iterator().next() - answered;
        }

        /** A program on the image's layers, and the same on a directory with that program alone, in turn. */
        List<Figures> warm(int launches) throws Exception {
            Files.createDirectories(rootfs.resolve("bin"));
            for (String name : List.of("proc", "sys", "dev", "etc")) {
                Files.createDirectories(rootfs.resolve(name));
            }
            long[] onLayers = new long[launches];
            long[] onDirectory = new long[launches];
            long[] limited = new long[launches];
            String means;
            try (KeeperClient client = KeeperClient.connect(socket)) {
                List<String> ids = client.call(new Request.ListLayers(), Reply.Layers.class).items().stream()
                        .map(Reply.LayerStatus::diffId)
                        .toList();
                Path busybox = Stream.of("/bin/busybox", "/usr/bin/busybox")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElseThrow();
                Files.copy(busybox, rootfs.resolve("bin/busybox"));
                client.createSandbox(new Request.CreateSandbox("warm", "warm", "private", true, false, Map.of()));
                for (int i = 0; i < launches; i++) {
                    onLayers[i] = launch(client, "l" + i, "layers:" + String.join(",", ids), 0);
                    onDirectory[i] = launch(client, "d" + i, "dir:" + rootfs, 0);
                }
                // by themselves: what ends of one is still under way in the kernel when the next begins
                for (int i = 0; i < launches; i++) {
                    limited[i] = launch(client, "m" + i, "layers:" + String.join(",", ids), DISK_BYTES);
                }
                means = client.hello().attributes().get("disk-limits");
                client.removeSandbox("warm");
            }
            return List.of(
                    Figures.ofNanos("launch on five layers", onLayers),
                    Figures.ofNanos("launch on a directory", onDirectory),
                    Figures.ofNanos("launch on five layers, disk of 1 GiB (" + means + ")", limited));
        }

        private static long launch(KeeperClient client, String id, String rootfs, long diskBytes) throws IOException {
            Spec.Process process =
                    new Spec.Process(List.of("/bin/busybox", "true"), List.of(), "/", null, true, List.of());
            Spec spec = new Spec(
                    null, process, null, "", List.of(), new Spec.Linux(Spec.Resources.UNLIMITED, List.of(), List.of()));
            long begin = System.nanoTime();
            client.start(new Request.StartContainer(
                    id, "warm", rootfs, spec, LOG_BYTES, Map.of(), false, List.of(), diskBytes));
            long taken = System.nanoTime() - begin;
            client.stop(id, 9, 0);
            client.removeContainer(id);
            return taken;
        }

        long rssKib(Child part) throws IOException {
            return status(part, "VmRSS:");
        }

        long peakKib(Child part) throws IOException {
            return status(part, "VmHWM:");
        }

        private static long status(Child part, String field) throws IOException {
            return Files.readAllLines(Path.of("/proc/" + part.pid() + "/status")).stream()
                    .filter(line -> line.startsWith(field))
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() throws IOException {
            parts.forEach(Child::close);
            remove(run);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
