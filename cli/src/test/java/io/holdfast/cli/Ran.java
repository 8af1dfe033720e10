package io.holdfast.cli;

import io.holdfast.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** What one command line did. */
public record Ran(int exitCode, String out, String err) {
    /** The present of all golden files. */
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    /** A command line in the making. */
    public static final class Builder {
        private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "/nonexistent"));
        private String input = "";
        private boolean terminal;
        private InstantSource clock = InstantSource.fixed(NOW);

        public Builder with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        public Builder input(String text) {
            input = text;
            return this;
        }

        public Builder terminal() {
            terminal = true;
            return this;
        }

        /** For what waits: a clock that goes. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        public Ran run(String... args) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Console console = new Console(
                    new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    environment,
                    clock,
                    terminal,
                    terminal);
            int code = Holdfast.execute(console, args);
            return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

    public static Builder on(FakeScheduler scheduler) {
        return new Builder().with("HOLDFAST_ADDRESS", scheduler.address()).with("HOLDFAST_TOKEN", "secret");
    }

    public static Builder nowhere() {
        return new Builder();
    }
}
