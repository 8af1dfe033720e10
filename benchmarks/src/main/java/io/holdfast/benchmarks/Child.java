package io.holdfast.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A program of ours that runs beside the benchmark; its output is drained, and closing it ends it by SIGTERM. */
final class Child implements AutoCloseable {
    private static final long STOP_SECONDS = 60;

    private final Process process;
    private final long startedNanos;
    private final StringBuffer output = new StringBuffer();
    private final CompletableFuture<Long> awaited = new CompletableFuture<>();

    private Child(Process process, long startedNanos) {
        this.process = process;
        this.startedNanos = startedNanos;
    }

    /** @param sign the output line that {@link #awaitSign} waits for */
    static Child start(List<String> command, Predicate<String> sign) throws IOException {
        long startedNanos = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Child child = new Child(process, startedNanos);
        Thread reader = new Thread(() -> child.drain(sign), "output of " + command.get(0));
        reader.setDaemon(true);
        reader.start();
        return child;
    }

    private void drain(Predicate<String> sign) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (sign.test(line)) {
                    awaited.complete(System.nanoTime() - startedNanos);
                }
            }
        } catch (IOException e) {
            awaited.completeExceptionally(new UncheckedIOException(e));
        }
        awaited.completeExceptionally(new IllegalStateException("ended before its sign:\n" + output));
    }

    /** Nanoseconds from the start of the process to its sign. */
    long awaitSign(int seconds) throws Exception {
        try {
            return awaited.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no sign within " + seconds + " s:\n" + output, e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("did not end within " + STOP_SECONDS + " s:\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
