package io.holdfast.cli.role;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.keeper.Keeper;
import io.holdfast.keeper.KeeperConfig;
import io.holdfast.keeper.Successor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A keeper of its own. */
@Command(
        name = "keeper",
        description = {
            "Run a node's keeper, the container runtime, until it is told to stop.",
            "Containers run on without it, and the next keeper on the same directories finds them, unless --remove-on-exit",
            "ends them all."
        })
public final class KeeperCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "Its configuration, as YAML.")
    private Path config;

    @Option(
            names = "--remove-on-exit",
            description = "End and remove every container, and all that the keeper made on this host, before it ends.")
    private boolean removeOnExit;

    @Option(
            names = "--check",
            description = {
                "Only say whether it could run: whether the configuration is right and every record in the directories is",
                "known. Changes nothing, and may be asked beside a running keeper."
            })
    private boolean check;

    @Option(
            names = "--upgrade",
            description = {
                "Tell the keeper that runs with this configuration to replace itself by the program that is installed now, and",
                "wait until that answers. Containers run on. A program that is not fit is refused, and the old one stays."
            })
    private boolean upgrade;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Console console = root.console();
        KeeperConfig settings = Parts.require(
                "the keeper's configuration",
                ExitCodes.CONFIG,
                KeeperConfig.read(Parts.config("keeper", config, Map.of(), console.environment())));
        Parts.requireRoot("the keeper");
        if (check) {
            Parts.require("the keeper", ExitCodes.TRY_LATER, Keeper.check(settings));
            // for a keeper that asks as well as for people
            console.out().println(Successor.describe());
            return ExitCodes.OK;
        }
        if (upgrade) {
            console.out().println("upgraded " + KeeperUpgrade.ask(settings.socket()));
            return ExitCodes.OK;
        }
        StopSignal stop = StopSignal.install();
        try (Keeper keeper = Parts.require(
                "the keeper",
                ExitCodes.TRY_LATER,
                Keeper.start(settings, KeeperUpgrade.successor(console.environment())))) {
            console.out().println("ready " + keeper.config().socket());
            stop.await();
            if (removeOnExit) {
                keeper.closeAndForget();
            }
            return stop.exitCode();
        }
    }
}
