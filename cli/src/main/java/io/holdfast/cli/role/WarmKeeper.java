package io.holdfast.cli.role;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.keeper.Keeper;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** A keeper's whole life in this process: a container is started, read and removed over its socket. */
final class WarmKeeper {
    private static final int LOG_BYTES = 64 << 10;
    private static final long READ_MILLIS = 5_000;
    private static final int SIGTERM = 15;

    private static final Spec TRUE = new Spec(
            null,
            new Spec.Process(List.of("true"), List.of("PATH=/usr/bin:/bin"), "/", null, true, List.of()),
            null,
            "",
            List.of(),
            null);

    int run() throws IOException {
        DevPlaces places = DevPlaces.of(Files.createTempDirectory("holdfast-warm-up-"));
        try {
            places.writePolicy("host-image: true\n");
            run(places);
        } finally {
            // also where the keeper is refused, as on a kernel that is too old
            Files.deleteIfExists(places.socket());
            places.removeRunDirectory();
            DevPlaces.removeTree(places.dataDir());
        }
        return ExitCodes.OK;
    }

    private static void run(DevPlaces places) throws IOException {
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
        }
    }
}
