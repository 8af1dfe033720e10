package io.holdfast.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From the start of {@code holdfast dev} to ready, from the answer to PUT to running for one task, and until 50 replicas run,
 * all over the HTTP API and the event stream as a user has them.
 *
 * <p>Arguments: the {@code holdfast} command; then the number of starts and of single jobs (5 and 50).
 */
public final class JobLatency {
    private static final int REPLICAS = 50;
    private static final int REPLICA_RUNS = 5;
    private static final int WAIT_SECONDS = 60;

    private JobLatency() {}

    public static void main(String[] args) throws Exception {
        String holdfast = args[0];
        int starts = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int jobs = args.length > 2 ? Integer.parseInt(args[2]) : 50;

        long[] ready = new long[starts];
        for (int i = 0; i < starts; i++) {
            try (Dev dev = Dev.start(holdfast)) {
                ready[i] = dev.readyNanos;
            }
        }
        List<Figures> figures = new ArrayList<>();
        figures.add(Figures.ofNanos("start of the process to ready (asked: 2000)", ready));
        try (Dev dev = Dev.start(holdfast)) {
            dev.api.listen();
            figures.add(Figures.ofNanos(
                    "PUT answered to running, first job of a new process", single(dev.api, 1, "first")));
            figures.add(Figures.ofNanos("PUT answered to running, one task (asked: 50)", single(dev.api, jobs, "one")));
            figures.add(Figures.ofNanos(
                    "PUT answered to all " + REPLICAS + " replicas running (asked: 1000)", replicas(dev.api)));
        }
        System.out.println(Figures.header());
        figures.forEach(f -> System.out.println(f.row()));
    }

    private static long[] single(Api api, int count, String prefix) throws Exception {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            String job = prefix + "-" + i;
            long answered = api.put(job, sleeper(job, 1));
            Map<String, Long> seen = api.awaitRunning(job, 1, WAIT_SECONDS);
            // an event may overtake the answer to the PUT: that is a latency of 0, not a negative one
            nanos[i] = Math.max(0, seen.values().iterator().next() - answered);
            checkWork(api, job, 1);
            api.stop(job);
            awaitStopped(api, job);
        }
        return nanos;
    }

    private static long[] replicas(Api api) throws Exception {
        long[] nanos = new long[REPLICA_RUNS];
        for (int i = 0; i < REPLICA_RUNS; i++) {
            String job = "many-" + i;
            long answered = api.put(job, sleeper(job, REPLICAS));
            Map<String, Long> seen = api.awaitRunning(job, REPLICAS, WAIT_SECONDS);
            nanos[i] = seen.values().stream().mapToLong(Long::longValue).max().orElseThrow() - answered;
            checkWork(api, job, REPLICAS);
            api.stop(job);
            awaitStopped(api, job);
        }
        return nanos;
    }

    /** Each container has said so itself, and its program is the sleep we asked for. */
    private static void checkWork(Api api, String job, int count) throws Exception {
        JsonNode items = api.get("/v1/jobs/" + job + "/allocations?limit=" + REPLICAS * 2)
                .path("items");
        int running = 0;
        for (JsonNode allocation : items) {
            if (!"running".equals(allocation.path("state").asText())) {
                continue;
            }
            running++;
            String path = "/v1/allocations/" + allocation.path("id").asText() + "/logs?task=main&stream=stdout";
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (!api.text(path).startsWith("up 1")) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(job + ": a container never said that it is up");
                }
                Thread.sleep(5);
            }
        }
        if (running != count) {
            throw new IllegalStateException(job + ": " + running + " of " + count + " run");
        }
    }

    private static void awaitStopped(Api api, String job) throws Exception {
        long deadline = System.nanoTime() + WAIT_SECONDS * 1_000_000_000L;
        while (System.nanoTime() < deadline) {
            if ("stopped".equals(api.get("/v1/jobs/" + job).path("state").asText())) {
                return;
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException(job + " did not stop: " + api.get("/v1/jobs/" + job));
    }

    private static String sleeper(String job, int count) {
        return """
                job: %s
                type: service
                groups:
                  - name: main
                    count: %d
                    tasks:
                      - name: main
                        image: host
                        command: ["/bin/sh", "-c", "echo up $$; exec sleep 3600"]
                        stopGrace: 100ms
                        resources: {cpu: 10m, memory: 16Mi, pids: 16}
                """.formatted(job, count);
    }

    /** One {@code holdfast dev} on a directory and a port of its own. */
    private static final class Dev implements AutoCloseable {
        final long readyNanos;
        final Api api;
        private final Child child;
        private final Path directory;

        private Dev(Child child, Path directory, long readyNanos, Api api) {
            this.child = child;
            this.directory = directory;
            this.readyNanos = readyNanos;
            this.api = api;
        }

        static Dev start(String holdfast) throws Exception {
            Path directory = Files.createTempDirectory("holdfast-bench-");
            int port = freePort();
            Child child = Child.start(
                    List.of(holdfast, "dev", "--data-dir", directory.toString(), "--http-port", "" + port),
                    line -> line.startsWith("ready "));
            long readyNanos = child.awaitSign(WAIT_SECONDS);
            return new Dev(
                    child, directory, readyNanos, new Api("http://127.0.0.1:" + port, directory.resolve("token")));
        }

        @Override
        public void close() throws IOException {
            child.close();
            try (var paths = Files.walk(directory)) {
                for (Path path :
                        paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
