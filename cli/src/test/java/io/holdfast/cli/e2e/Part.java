package io.holdfast.cli.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One {@code holdfast} process under test. */
final class Part implements AutoCloseable {
    private static final long BOUND_SECONDS = 60;

    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final Thread reader;

    private Part(Process process) {
        this.process = process;
        reader = new Thread(this::read, "output");
        reader.setDaemon(true);
        reader.start();
    }

    /** As {@code bin/holdfast} would start it, without the script's build. */
    static Part start(String... words) {
        return start(List.of(), words);
    }

    /** @param before a command that starts it, as setpriv with its options */
    static Part start(List<String> before, String... words) {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
                // the tests' class path has configurations of its own
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.holdfast.cli.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // tests run in the module's directory, the examples are the project's
        builder.environment()
                .put("HOLDFAST_HOME", Path.of("..").toAbsolutePath().normalize().toString());
        // a dev under test is not to be taken for the user's own
        builder.environment()
                .put(
                        "XDG_RUNTIME_DIR",
                        Path.of("target", "e2e-run").toAbsolutePath().toString());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("HOLDFAST_T") || name.equals("HOLDFAST_ADDRESS"));
        try {
            return new Part(builder.start());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.startsWith("ready ")) {
                    ready.complete(line.substring("ready ".length()));
                }
            }
        } catch (IOException e) {
            // the process was killed
        }
        ready.completeExceptionally(new AssertionError("ended before it was ready:\n" + output));
    }

    /** What it said behind {@code ready}. */
    String awaitReady() throws Exception {
        return ready.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    void terminate() {
        // by its handle: Process.destroy would close its output before it has said the last word
        process.toHandle().destroy();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still runs after " + BOUND_SECONDS + " s:\n" + output);
        }
        reader.join(1_000);
        return process.exitValue();
    }

    int end() throws InterruptedException {
        terminate();
        return awaitExit();
    }

    String output() {
        return output.toString();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
                kill9();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
