package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Views;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows jobs. */
@Command(name = "status", description = "Show all jobs of the project, or one with its allocations.")
public final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Mixin
    private Output output;

    @Parameters(paramLabel = "JOB", arity = "0..1", description = "The job's name.")
    private String job;

    @Override
    public Integer call() {
        Console console = root.console();
        ApiClient api = connection.open(console);
        if (job == null) {
            ArrayNode jobs = api.list(ApiClient.path("v1", "jobs"));
            output.print(console, jobs, to -> {
                if (jobs.isEmpty()) {
                    to.message("there are no jobs in project " + api.endpoint().project()
                            + ": holdfast run FILE submits one");
                } else {
                    Views.jobs(to, jobs);
                }
            });
            return ExitCodes.OK;
        }
        ObjectNode one = (ObjectNode) api.get(ApiClient.path("v1", "jobs", job));
        one.set("allocations", api.list(ApiClient.path("v1", "jobs", job, "allocations")));
        output.print(console, one, to -> Views.job(to, one));
        return ExitCodes.OK;
    }
}
