package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.JobFile;
import io.holdfast.cli.client.JobWatch;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Progress;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Submits a job and waits for how it comes out. */
@Command(
        name = "run",
        description = {
            "Submit a job; wait until its services are healthy or its batches have ended.",
            "Ctrl-C ends the waiting, not the job."
        })
public final class RunCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Parameters(paramLabel = "FILE", description = "The job as YAML or JSON; - is standard input.")
    private String file;

    @Option(
            names = {"-d", "--detach"},
            description = "Do not wait: end when the job is stored.")
    private boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Wait no longer, as 90s or 5m; the job goes on.")
    private long timeoutMillis;

    @Option(
            names = "--if-version",
            paramLabel = "N",
            description = "Only when N is the job's present version; 0: only when it is not known yet.")
    private Integer ifVersion;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        JobFile job = JobFile.read(file, console.in());
        ApiClient api = connection.open(console);
        Map<String, String> headers = ifVersion == null ? Map.of() : Map.of("If-Match", "\"" + ifVersion + "\"");
        String path = ApiClient.path("v1", "jobs", job.job());
        if (detach) {
            JsonNode stored = api.send("PUT", path, job.document(), headers);
            console.message(submitted(stored));
            return ExitCodes.OK;
        }
        Progress progress = new Progress(console);
        try (JobWatch watch = new JobWatch(api, progress, console.clock())) {
            JsonNode stored = api.send("PUT", path, job.document(), headers);
            console.message(submitted(stored));
            return await(watch, stored, console);
        }
    }

    private int await(JobWatch watch, JsonNode stored, Console console) throws InterruptedException {
        String name = stored.path("job").asText();
        AtomicBoolean done = new AtomicBoolean();
        Thread interrupted = new Thread(
                () -> {
                    if (!done.get()) {
                        console.message("\n" + name + " goes on without being watched: holdfast status " + name
                                + " shows it, holdfast stop " + name + " ends it");
                    }
                },
                "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            JobWatch.Result result =
                    watch.await(name, stored.path("version").asInt(), JobWatch.Goal.ENDED_OR_HEALTHY, timeoutMillis);
            console.message(result.message());
            return result.exitCode();
        } finally {
            done.set(true);
        }
    }

    private static String submitted(JsonNode job) {
        return job.path("job").asText() + " is stored as version "
                + job.path("version").asText();
    }
}
