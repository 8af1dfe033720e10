package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Stop every process of an allocation where it is, until it is resumed. */
@Command(name = "pause", description = "Stop every process of an allocation where it is, until it is resumed.")
public final class PauseCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Parameters(paramLabel = "ALLOCATION", description = "An allocation's id or a unique prefix of it.")
    private String allocation;

    @Override
    public Integer call() {
        Console console = root.console();
        ApiClient api = connection.open(console);
        JsonNode done = api.post(ApiClient.path("v1", "allocations", allocation, "pause"));
        console.message(Views.name(done) + " is paused");
        return ExitCodes.OK;
    }
}
