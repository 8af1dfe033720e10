package io.holdfast.cli.role;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.keeper.Keeper;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Loads the classes that the other commands will want, for the archive that the JVM makes of them: as root by a whole demo, else
 * by what a client does before it is refused. The keeper's are loaded apart: an archive of all is half of its memory.
 */
@Command(name = "warm-up", hidden = true, description = "Load classes for the archive.")
public final class WarmUpCommand implements Callable<Integer> {
    private static final int LOG_BYTES = 64 << 10;
    private static final long READ_MILLIS = 5_000;
    private static final int SIGTERM = 15;

    private static final io.holdfast.keeper.oci.Spec TRUE = new io.holdfast.keeper.oci.Spec(
            null,
            new io.holdfast.keeper.oci.Spec.Process(
                    List.of("true"), List.of("PATH=/usr/bin:/bin"), "/", null, true, List.of()),
            null,
            "",
            List.of(),
            null);

    @Spec
    private CommandSpec spec;

    @Option(names = "--client", description = "Only what client commands need.")
    private boolean client;

    @Option(names = "--keeper", description = "Only what a keeper needs.")
    private boolean keeper;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (keeper) {
            return keeper();
        }
        // refused by a port that nobody listens on: all of a client but the answer
        execute("status", "--address", "http://127.0.0.1:1", "--token", "none");
        if (client) {
            return 0;
        }
        Path missing = Files.createTempDirectory("holdfast-warm-up-").resolve("none.yaml");
        for (String role : new String[] {"scheduler", "agent", "keeper"}) {
            execute(role, "--config", missing.toString());
        }
        Files.delete(missing.getParent());
        return execute("demo");
    }

    /** A keeper's whole life: a container is started, read and removed over its socket. */
    private static int keeper() throws IOException {
        DevPlaces places = DevPlaces.of(Files.createTempDirectory("holdfast-warm-up-"));
        Files.writeString(places.policy(), "host-image: true\n");
        Files.setPosixFilePermissions(places.policy(), PosixFilePermissions.fromString("rw-r--r--"));
        Keeper keeper =
                Parts.require("the keeper", ExitCodes.UNAVAILABLE, Keeper.start(DevCluster.keeperConfig(places)));
        try (KeeperClient client = KeeperClient.connect(places.socket())) {
            client.watch();
            client.createSandbox(
                    new Request.CreateSandbox("warm", "warm", "private", true, false, Map.of("for", "warm-up")));
            client.start(new Request.StartContainer("warm-0", "warm", "host", TRUE, LOG_BYTES, Map.of()));
            client.readLog(new Request.ReadLog("warm-0", "stdout", 0, LOG_BYTES, READ_MILLIS));
            client.stop("warm-0", SIGTERM, 0);
            client.list();
            client.removeSandbox("warm");
        } finally {
            keeper.closeAndRemoveAll();
            Files.deleteIfExists(places.socket());
            places.removeRunDirectory();
            DevPlaces.removeTree(places.dataDir());
        }
        return ExitCodes.OK;
    }

    /** As typed by a user, with whatever it refuses. */
    private int execute(String... words) {
        return spec.commandLine().getParent().execute(words);
    }
}
