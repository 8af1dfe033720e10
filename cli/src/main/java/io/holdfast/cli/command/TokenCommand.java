package io.holdfast.cli.command;

import io.holdfast.cli.client.Endpoint;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Prints the token. */
@Command(name = "token", description = "Print the bearer token that other commands would send.")
public final class TokenCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Override
    public Integer call() {
        Console console = root.console();
        Endpoint endpoint = connection.endpoint(console);
        if (endpoint.token().isEmpty()) {
            throw new CommandFailed(
                    ExitCodes.NO_INPUT,
                    "no dev of yours is running: name its directory with --data-dir, or start it with holdfast dev");
        }
        console.out().println(endpoint.token());
        return ExitCodes.OK;
    }
}
