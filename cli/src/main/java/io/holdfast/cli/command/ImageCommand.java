package io.holdfast.cli.command;

import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The group: what is done to nodes' images. */
@Command(
        name = "image",
        description = "Pull, import, show and remove the images of nodes; of all that are ready where none is named.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ImageLsCommand.class,
            ImagePullCommand.class,
            ImageImportCommand.class,
            ImageInspectCommand.class,
            ImageRmCommand.class,
            ImagePruneCommand.class
        })
public final class ImageCommand implements Runnable, HasConsole {
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
