package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.JobFile;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.PlanViews;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows what submitting a job would do. */
@Command(
        name = "plan",
        description = {
            "Show what submitting a job would change and where it would land, without doing it.",
            "Ends with 1 when parts of it would find no node."
        })
public final class PlanCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Mixin
    private Output output;

    @Option(names = "--why", description = "For each group, show the best nodes and what their scores are made of.")
    private boolean why;

    @Parameters(paramLabel = "FILE", description = "The job as YAML or JSON; - is standard input.")
    private String file;

    @Override
    public Integer call() {
        Console console = root.console();
        JobFile job = JobFile.read(file, console.in());
        JsonNode plan = connection
                .open(console)
                .send("POST", ApiClient.path("v1", "jobs", job.job(), "plan"), job.document(), Map.of());
        output.print(console, plan, to -> {
            PlanViews.plan(to, plan);
            if (why) {
                PlanViews.why(to, plan);
            }
        });
        return plan.path("unplaced").isEmpty() ? ExitCodes.OK : ExitCodes.JOB_FAILED;
    }
}
