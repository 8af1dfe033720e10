package io.holdfast.cli.command;

import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The group: what is done about nodes. */
@Command(
        name = "node",
        description = "What is done about nodes; 'nodes' shows them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeRepackCommand.class})
public final class NodeCommand implements Runnable, HasConsole {
    @ParentCommand
    private HasConsole root;

    @Spec
    private CommandSpec spec;

    @Override
    public Console console() {
        return root.console();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
