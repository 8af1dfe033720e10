package io.holdfast.cli.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Loads the classes that the other commands will want, for the archive that the JVM makes of them: as root by a whole demo, else
 * by what a client does before it is refused. Agent and keeper are loaded apart: an archive of all would be half of their memory.
 */
@Command(name = "warm-up", hidden = true, description = "Load classes for the archive.")
public final class WarmUpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--client", description = "Only what client commands need.")
    private boolean client;

    @Option(names = "--keeper", description = "Only what a keeper needs.")
    private boolean keeper;

    @Option(names = "--agent", description = "Only what an agent needs.")
    private boolean agent;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (keeper) {
            return new WarmKeeper().run();
        }
        if (agent) {
            return new WarmAgent().run();
        }
        // refused by a port that nobody listens on: all of a client but the answer
        execute("status", "--address", "http://127.0.0.1:1", "--token", "none");
        if (client) {
            return 0;
        }
        Path missing = Path.of("/proc/holdfast/none.yaml"); // nobody can put one there
        for (String role : new String[] {"scheduler", "agent", "keeper"}) {
            execute(role, "--config", missing.toString());
        }
        return execute("demo");
    }

    /** As typed by a user, with whatever it refuses. */
    private int execute(String... words) {
        return spec.commandLine().getParent().execute(words);
    }
}
