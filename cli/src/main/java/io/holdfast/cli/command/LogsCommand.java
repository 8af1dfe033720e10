package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.LogReader;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.model.text.Durations;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows what tasks have written. */
@Command(
        name = "logs",
        description = {
            "Show what the tasks of an allocation or a job have written.",
            "Their standard error goes to standard error. Of a job: its newest allocation of each index; where that is more"
                    + " than one stream, each line begins with whose it is."
        })
public final class LogsCommand implements Callable<Integer> {
    /** The API's. */
    private static final long MAX_TAIL = 100_000;

    /** Which of a task's streams. */
    enum Stream {
        stdout,
        stderr,
        both
    }

    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Parameters(
            paramLabel = "ALLOCATION|JOB",
            description = "An allocation's id or a unique prefix of it, or a job's name.")
    private String subject;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the tasks have ended.")
    private boolean follow;

    @Option(names = "--task", paramLabel = "NAME", description = "Only this task.")
    private String task = "";

    @Option(names = "--stream", paramLabel = "STREAM", description = "${COMPLETION-CANDIDATES}; both by default.")
    private Stream stream = Stream.both;

    @Option(names = "--tail", paramLabel = "LINES", description = "Only the last so many lines of each stream.")
    private Long tail;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only lines since then: 10m for ten minutes ago, or 2026-01-31T12:00:00Z.")
    private String since = "";

    @Option(
            names = {"-T", "--timestamps"},
            description = "Begin each line with its time, in UTC.")
    private boolean timestamps;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        ApiClient api = connection.open(console);
        LogReader reader = new LogReader(api, console.out(), console.err());
        LogReader.Part part = new LogReader.Part(follow, lines(), since(console.clock()), timestamps);
        reader.read(subject, task, stream != Stream.stderr, stream != Stream.stdout, part);
        return ExitCodes.OK;
    }

    private long lines() {
        if (tail != null && (tail < 0 || tail > MAX_TAIL)) {
            throw new CommandFailed(ExitCodes.USAGE, "--tail " + tail + " is not 0 to " + MAX_TAIL + " lines");
        }
        return tail == null ? -1 : tail;
    }

    private String since(InstantSource clock) {
        if (since.isEmpty()) {
            return "";
        }
        return Durations.parse("", since)
                .fold(millis -> clock.instant().minusMillis(millis).toString(), errors -> {
                    try {
                        return OffsetDateTime.parse(since).toInstant().toString();
                    } catch (DateTimeParseException e) {
                        throw new CommandFailed(
                                ExitCodes.USAGE,
                                "--since " + since
                                        + " is no time: write 10m for ten minutes ago, or 2026-01-31T12:00:00Z");
                    }
                });
    }
}
