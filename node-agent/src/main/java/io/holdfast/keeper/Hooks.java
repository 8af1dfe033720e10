package io.holdfast.keeper;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.oci.State;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs hooks on the host, one after another, each with the container's state on its standard input. They are the host's programs with
 * the keeper's rights: the policy's {@code exact} is what allows them.
 */
final class Hooks {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Hooks() {}

    /** The state as hooks and the {@code state} operation have it. */
    static State state(Container container, String status, int pid) {
        Spec spec = container.record.spec();
        return new State(
                spec.ociVersion(), container.record.name(), status, pid, container.record.bundle(), spec.annotations());
    }

    static byte[] json(State state) throws IOException {
        return MAPPER.writeValueAsBytes(state);
    }

    /**
     * The first that fails ends it.
     *
     * @param kind as the specification calls it
     * @throws IOException saying which, and how it ended
     */
    static void run(List<Spec.Hook> hooks, String kind, State state) throws IOException {
        for (int i = 0; i < hooks.size(); i++) {
            run(hooks.get(i), "hooks.%s[%d]".formatted(kind, i), state);
        }
    }

    /** All of them, also where some fail, which is logged: what the specification wants of hooks after the fact. */
    static void runAll(List<Spec.Hook> hooks, String kind, State state) {
        for (int i = 0; i < hooks.size(); i++) {
            try {
                run(hooks.get(i), "hooks.%s[%d]".formatted(kind, i), state);
            } catch (IOException e) {
                LOG.warn("container {}: {}", state.id(), e.getMessage());
            }
        }
    }

    private static void run(Spec.Hook hook, String field, State state) throws IOException {
        String what = field + " " + hook.path();
        List<String> arguments =
                hook.args().size() > 1 ? hook.args().subList(1, hook.args().size()) : List.of();
        Path output = Files.createTempFile("holdfast-hook", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command(hook.path(), arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            if (Files.isDirectory(Path.of(state.bundle()))) {
                builder.directory(Path.of(state.bundle()).toFile());
            }
            builder.environment().clear();
            for (String entry : hook.env()) {
                String[] parts = entry.split("=", 2);
                builder.environment().put(parts[0], parts.length == 2 ? parts[1] : "");
            }
            await(builder.start(), hook, what, state, output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static List<String> command(String path, List<String> arguments) {
        return Stream.concat(Stream.of(path), arguments.stream()).toList();
    }

    private static void await(Process process, Spec.Hook hook, String what, State state, Path output)
            throws IOException {
        int seconds = hook.timeout() > 0 ? hook.timeout() : Limits.HOOK_SECONDS;
        try (OutputStream in = process.getOutputStream()) {
            in.write(json(state));
        } catch (IOException e) {
            LOG.debug("{} does not read the state: {}", what, e.getMessage());
        }
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IOException(what + " did not end within " + seconds + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(what + " ended with " + process.exitValue() + said(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String said(Path output) {
        try (var in = Files.newInputStream(output)) {
            String text = new String(in.readNBytes(Limits.MAX_HOOK_WORDS), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : ": " + text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
