package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Prints the version. */
@Command(name = "version", description = "Show the version of holdfast and of what it runs on.")
public final class VersionCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Output output;

    @Override
    public Integer call() {
        Console console = root.console();
        ObjectNode version = JsonNodeFactory.instance.objectNode();
        version.put("holdfast", Version.text());
        version.put("java", System.getProperty("java.version"));
        version.put("kernel", System.getProperty("os.version"));
        version.put("arch", System.getProperty("os.arch"));
        output.print(
                console,
                version,
                to -> to.out()
                        .println("holdfast " + version.path("holdfast").asText() + " (Java "
                                + version.path("java").asText() + ", Linux "
                                + version.path("kernel").asText() + ", "
                                + version.path("arch").asText() + ")"));
        return ExitCodes.OK;
    }
}
