package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Views;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Copies tasks' output: bytes as they are where there is one stream, whole lines with their owner where there are more. */
public final class LogReader {
    /** Streams followed at once. */
    private static final int MAX_STREAMS = 64;

    private static final int MAX_LINE_BYTES = 64 << 10;

    private final ApiClient api;
    private final PrintStream out;
    private final PrintStream err;

    public LogReader(ApiClient api, PrintStream out, PrintStream err) {
        this.api = api;
        this.out = out;
        this.err = err;
    }

    private record Source(String allocation, String owner, String task, String stream, OutputStream to) {}

    /**
     * Which of what was written.
     *
     * @param tail the last so many lines of each stream; negative for all
     * @param since RFC 3339, empty for all
     * @param timestamps whether each line begins with its time
     */
    public record Part(boolean follow, long tail, String since, boolean timestamps) {
        /** All that is kept, as it was written. */
        public static final Part WHOLE = new Part(false, -1, "", false);

        Map<String, String> query() {
            Map<String, String> query = new LinkedHashMap<>();
            if (follow) {
                query.put("follow", "true");
            }
            if (tail >= 0) {
                query.put("tail", Long.toString(tail));
            }
            if (!since.isEmpty()) {
                query.put("since", since);
            }
            if (timestamps) {
                query.put("timestamps", "true");
            }
            return query;
        }
    }

    /**
     * @param subject an allocation's id or prefix, else a job's name
     * @param task only this one; empty for all
     */
    public void read(String subject, String task, boolean stdout, boolean stderr, Part part)
            throws InterruptedException {
        List<Source> sources = new ArrayList<>();
        List<JsonNode> allocations = new Subjects(api).newest(subject);
        for (JsonNode allocation : allocations) {
            for (JsonNode one : allocation.path("tasks")) {
                String name = one.path("name").asText();
                if (task.isEmpty() || task.equals(name)) {
                    String owner = Views.name(allocation) + " " + name + " | ";
                    String id = allocation.path("id").asText();
                    if (stdout) {
                        sources.add(new Source(id, owner, name, "stdout", out));
                    }
                    if (stderr) {
                        sources.add(new Source(id, owner, name, "stderr", err));
                    }
                }
            }
        }
        if (sources.isEmpty()) {
            throw new CommandFailed(ExitCodes.NO_INPUT, nothing(subject, task, allocations));
        }
        if (sources.size() > MAX_STREAMS && part.follow()) {
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    sources.size() + " streams are above " + MAX_STREAMS
                            + ", the most that are followed at once: name an allocation, --task or --stream");
        }
        boolean owned = sources.stream().map(Source::owner).distinct().count() > 1;
        if (part.follow() && sources.size() > 1) {
            inParallel(sources, owned, part);
        } else {
            for (Source source : sources) {
                copy(source, owned, part);
            }
        }
    }

    private static String nothing(String subject, String task, List<JsonNode> allocations) {
        if (allocations.isEmpty()) {
            return subject + " has no allocations yet: holdfast status " + subject + " tells why";
        }
        return task.isEmpty() ? subject + " has not started a task yet" : subject + " has no task " + task;
    }

    private void inParallel(List<Source> sources, boolean owned, Part part) throws InterruptedException {
        ConcurrentLinkedQueue<CommandFailed> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (Source source : sources) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            copy(source, owned, part);
                        } catch (CommandFailed e) {
                            failures.add(e);
                        }
                    },
                    "log-" + source.stream());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.peek();
        }
    }

    private void copy(Source source, boolean owned, Part part) {
        Map<String, String> query = part.query();
        query.put("task", source.task());
        query.put("stream", source.stream());
        String path = ApiClient.path("v1", "allocations", source.allocation(), "logs");
        try (InputStream in = new BufferedInputStream(api.stream(path, query, Map.of()))) {
            if (owned) {
                copyLines(in, source);
            } else {
                copyBytes(in, source.to());
            }
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCodes.UNAVAILABLE,
                    "the output of " + source.owner().strip().replace(" |", "")
                            + " broke off: the scheduler or its node went" + " away");
        }
    }

    private static void copyBytes(InputStream in, OutputStream to) throws IOException {
        byte[] buffer = new byte[8 << 10];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    private static void copyLines(InputStream in, Source source) throws IOException {
        byte[] owner = source.owner().getBytes(StandardCharsets.UTF_8);
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (line.size() == 0) {
                line.writeBytes(owner);
            }
            line.write(next);
            if (next == '\n' || line.size() >= MAX_LINE_BYTES) {
                flush(line, source.to());
            }
        }
        if (line.size() > 0) {
            line.write('\n');
            flush(line, source.to());
        }
    }

    /** One write a line: PrintStream is locked for it, so lines of several threads do not mix. */
    private static void flush(java.io.ByteArrayOutputStream line, OutputStream to) throws IOException {
        to.write(line.toByteArray());
        to.flush();
        line.reset();
    }
}
