package io.holdfast.scheduler.store;

import static io.holdfast.scheduler.store.StoreContract.await;

import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.testkit.CountingIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that commits without end, several commits at once, and prints the number of each when it was told that it is on disk.
 * Commit {@code n} of epoch {@code e} places three allocations {@code e-n-0} to {@code e-n-2} and tells one event of them.
 */
final class StoreChild implements AutoCloseable {
    static final int PER_COMMIT = 3;
    private static final int AT_ONCE = 8;
    private static final long END_SECONDS = 10;

    private final Process process;
    private final BufferedReader out;
    private boolean killed;

    private StoreChild(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    static StoreChild start(Path dir) throws IOException {
        return new StoreChild(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        StoreChild.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    public static void main(String[] args) {
        Store store = SqliteStore.open(Path.of(args[0]), Vertx.vertx(), new CountingIds("cluster-"), 1);
        long epoch = await(store.takeLead("child", 0, 1, 1)).epoch();
        for (int n = 0; ; n += AT_ONCE) {
            List<Future<String>> commits = new ArrayList<>();
            for (int i = n; i < n + AT_ONCE; i++) {
                String name = epoch + "-" + i;
                List<Allocation> placed = new ArrayList<>();
                for (int k = 0; k < PER_COMMIT; k++) {
                    placed.add(Sample.allocation(name + "-" + k, k));
                }
                ClusterEvent event = new ClusterEvent(0, 1, "placed", "default", name, Map.of());
                commits.add(store.commit(epoch, Sample.placing(placed, List.of(event)))
                        .map(name));
            }
            for (Future<String> commit : commits) {
                System.out.println(await(commit));
            }
        }
    }

    long pid() {
        return process.pid();
    }

    /** A commit that was acknowledged; waits for it. */
    String nextLine() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the child ended by itself");
        }
        return line;
    }

    /** SIGKILL, then what it had printed and nobody has read. */
    List<String> kill() throws IOException, InterruptedException {
        if (!process.isAlive() && killed) {
            return List.of();
        }
        killed = true;
        // Process.destroyForcibly would close the pipe, and what was acknowledged last would be lost with it
        process.toHandle().destroyForcibly();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the child is still there " + END_SECONDS + " s after it was killed");
        }
        List<String> rest = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        // by hand: a line that the kill cut off is no acknowledgement
        for (int c = out.read(); c >= 0; c = out.read()) {
            if (c == '\n') {
                rest.add(line.toString());
                line.setLength(0);
            } else {
                line.append((char) c);
            }
        }
        return rest;
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException e) {
            throw new IOException("interrupted while a child was ended", e);
        } finally {
            out.close();
        }
    }
}
