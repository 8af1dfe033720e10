package io.holdfast.keeper;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Guards of tests that need privileges. */
public final class Root {
    private Root() {}

    public static void required() throws Exception {
        Assumptions.assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "needs root: it makes cgroups, namespaces or mounts");
    }
}
