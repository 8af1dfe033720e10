package io.holdfast.cli.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client command as a process of its own, with its streams apart. */
final class Tool implements AutoCloseable {
    private static final long BOUND_SECONDS = 60;

    private final Process process;
    private final Collector out;
    private final Collector err;

    private Tool(Process process) {
        this.process = process;
        this.out = new Collector(process.getInputStream());
        this.err = new Collector(process.getErrorStream());
    }

    /** How it ended. */
    record Ran(int exitCode, String out, String err) {}

    private static final class Collector extends Thread {
        private final InputStream in;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Collector(InputStream in) {
            super("tool-output");
            this.in = in;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try {
                in.transferTo(bytes);
            } catch (IOException e) {
                // the process was killed
            }
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    static List<String> words(String address, Path dataDir, String... words) {
        List<String> command = command(words[0], "--address", address, "--data-dir", dataDir.toString());
        command.addAll(List.of(words).subList(1, words.length));
        return command;
    }

    static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // the tests' class path has configurations of its own
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.holdfast.cli.Main"));
        command.addAll(List.of(words));
        return command;
    }

    static Tool start(List<String> command) {
        try {
            return new Tool(new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end; whatever it was given to read has ended too. */
    static Ran run(List<String> command, byte[] input) throws InterruptedException {
        try (Tool tool = start(command)) {
            tool.type(input);
            tool.endInput();
            return tool.await();
        }
    }

    void type(byte[] input) {
        try {
            OutputStream to = process.getOutputStream();
            to.write(input);
            to.flush();
        } catch (IOException e) {
            // it has ended, which is told by its exit code
        }
    }

    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // as above
        }
    }

    String out() {
        return out.text();
    }

    void terminate() {
        process.toHandle().destroy();
    }

    Ran await() throws InterruptedException {
        if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still runs after " + BOUND_SECONDS + " s:\n" + out.text() + err.text());
        }
        out.join(5_000);
        err.join(5_000);
        return new Ran(process.exitValue(), out.text(), err.text());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
