package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.PlanViews;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Shows which moves would empty nodes. */
@Command(
        name = "repack",
        description = {
            "Show which running allocations could be moved so that nodes become empty.",
            "A plan: nothing is moved."
        })
public final class NodeRepackCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole node;

    @Mixin
    private Connection connection;

    @Mixin
    private Output output;

    @Option(
            names = "--moves",
            paramLabel = "N",
            defaultValue = "50",
            description = "So many moves at most, 1 to 500 (default: ${DEFAULT-VALUE}).")
    private int moves;

    @Override
    public Integer call() {
        Console console = node.console();
        JsonNode plan = connection
                .open(console)
                .get(ApiClient.path("v1", "repacking"), Map.of("moves", Integer.toString(moves)));
        output.print(console, plan, to -> PlanViews.repacking(to, plan));
        return ExitCodes.OK;
    }
}
