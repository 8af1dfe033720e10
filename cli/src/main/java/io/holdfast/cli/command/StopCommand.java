package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.JobWatch;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Stops a job. */
@Command(name = "stop", description = "Stop a job and wait until nothing of it runs; it stays known.")
public final class StopCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Parameters(paramLabel = "JOB", description = "The job's name.")
    private String job;

    @Option(
            names = {"-d", "--detach"},
            description = "Do not wait: end when the wish is stored.")
    private boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Wait no longer, as 90s or 5m.")
    private long timeoutMillis;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        ApiClient api = connection.open(console);
        String path = ApiClient.path("v1", "jobs", job);
        if (detach) {
            api.delete(path);
            console.message(job + " is told to stop");
            return ExitCodes.OK;
        }
        try (JobWatch watch = new JobWatch(api, new Progress(console), console.clock())) {
            JsonNode told = api.delete(path);
            JobWatch.Result result =
                    watch.await(job, told.path("version").asInt(), JobWatch.Goal.STOPPED, timeoutMillis);
            console.message(result.message());
            return result.exitCode();
        }
    }
}
