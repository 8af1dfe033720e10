package io.holdfast.keeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program that a keeper is to be replaced by. It is asked first, in a process of its own, by the command that a person would
 * start it with and {@value #CHECK}: it reads the configuration and the records, and tells its version and how it was executed in
 * the end. That, and not the command, is what the keeper executes: a shell in the keeper's place would wait for any child and take
 * the containers' exit statuses.
 */
public final class Successor {
    /** The last argument of a program that is only to say whether it is fit. */
    public static final String CHECK = "--check";

    /** No program: the keeper is a part of another one. */
    static final Successor NONE = new Successor(List.of());

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int MAX_SHOWN_CHARS = 400;

    private final List<String> command;

    private Successor(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** @param command program and arguments, without {@value #CHECK} */
    public static Successor startedBy(List<String> command) {
        return new Successor(command);
    }

    /**
     * @param program an absolute path
     * @param arguments from argv[0] on
     * @param environment {@code NAME=value}
     */
    record Program(String version, String program, List<String> arguments, List<String> environment) {}

    /** What a fit program prints, as its last line. Of the process that calls it. */
    public static String describe() throws IOException {
        return MAPPER.writeValueAsString(new Program(
                Keeper.VERSION,
                Files.readSymbolicLink(Path.of("/proc/self/exe")).toString(),
                words("cmdline").stream().filter(word -> !word.equals(CHECK)).toList(),
                words("environ")));
    }

    /** How this very process was executed, also where its program's file was replaced since. */
    static Program thisProcess() throws IOException {
        return new Program(Keeper.VERSION, "/proc/self/exe", words("cmdline"), words("environ"));
    }

    private static List<String> words(String what) throws IOException {
        String text = new String(Files.readAllBytes(Path.of("/proc/self", what)), StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(Arrays.asList(text.split("\0", -1)));
        words.remove(words.size() - 1); // behind the last terminator
        return words;
    }

    /**
     * Asks the program. Blocks for as long as it takes to start.
     *
     * @param directory where its answer is kept meanwhile, for root alone
     * @throws RefusedException when it is not fit, with what it said
     */
    Program check(Path directory) throws RefusedException, IOException {
        if (command.isEmpty()) {
            throw RefusedException.unsupported("this keeper is a part of another program: restart that");
        }
        Path answer = Files.createTempFile(
                directory,
                "check",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            List<String> asked = new ArrayList<>(command);
            asked.add(CHECK);
            int code = run(asked, answer);
            String said = said(answer);
            if (code != 0) {
                throw RefusedException.conflict(
                        "the new program is not fit, the old one stays: %s ended with %d: %s",
                        command.get(0), code, shown(said));
            }
            return parse(said);
        } catch (IOException e) {
            throw RefusedException.conflict("the new program is not fit, the old one stays: %s", e.getMessage());
        } finally {
            Files.deleteIfExists(answer);
        }
    }

    private static int run(List<String> command, Path answer) throws IOException, RefusedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(answer.toFile())
                .start();
        try {
            if (process.waitFor(Limits.CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw RefusedException.conflict(
                    "the new program did not say within %d ms whether it is fit: the old one stays",
                    Limits.CHECK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String said(Path answer) throws IOException {
        try (var in = Files.newInputStream(answer)) {
            return new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8).strip();
        }
    }

    private static Program parse(String said) throws IOException {
        String last = said.substring(said.lastIndexOf('\n') + 1);
        try {
            Program program = MAPPER.readValue(last, Program.class);
            if (program != null
                    && program.program() != null
                    && program.arguments() != null
                    && program.environment() != null
                    && !program.arguments().isEmpty()
                    && Files.isExecutable(Path.of(program.program()))) {
                return program;
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw new IOException("it does not say how it was executed: " + shown(last));
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN_CHARS ? text : "…" + text.substring(text.length() - MAX_SHOWN_CHARS);
    }
}
