package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.LogReader;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
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

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        ApiClient api = connection.open(console);
        LogReader reader = new LogReader(api, console.out(), console.err());
        reader.read(subject, task, stream != Stream.stderr, stream != Stream.stdout, follow);
        return ExitCodes.OK;
    }
}
