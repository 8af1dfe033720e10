package io.holdfast.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Programs run to their end. */
final class Commands {
    private Commands() {}

    /** The lines of its output, errors among them; a failed one throws with them. */
    static List<String> run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> lines = new ArrayList<>();
        try (var reader = process.inputReader()) {
            reader.lines().forEach(lines::add);
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(command + " ended with " + status + ": " + String.join("\n", lines));
        }
        return lines;
    }

    static long[] numbers(List<String> command) throws IOException, InterruptedException {
        return run(command).stream().mapToLong(Long::parseLong).toArray();
    }
}
