package io.holdfast.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * crun and runc, started by the C program of the {@link Workbench}: no JVM stands between the clock and them. crun refuses hybrid
 * hosts, so all of them run in a mount namespace in which the v2 mount is hidden.
 */
final class Peers {
    static final List<String> ALL = List.of("crun", "runc");

    private final Workbench bench;
    private final Path bundle;

    /** @param userNamespace whether containers have one: root inside is host id 100000 */
    Peers(Workbench bench, boolean userNamespace) throws IOException {
        this.bench = bench;
        bundle = Files.createDirectories(bench.directory().resolve(userNamespace ? "bundle-user" : "bundle"));
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode config;
        try (InputStream in = Peers.class.getResourceAsStream("bundle.json")) {
            config = (ObjectNode) mapper.readTree(in);
        }
        ((ObjectNode) config.get("root")).put("path", bench.rootfs().toString());
        ((ObjectNode) config.get("process")).set("capabilities", mapper.valueToTree(Spec.Capabilities.DEFAULT));
        ObjectNode linux = (ObjectNode) config.get("linux");
        linux.set("seccomp", mapper.valueToTree(Filter.profile()));
        if (userNamespace) {
            ((ArrayNode) linux.get("namespaces")).addObject().put("type", "user");
            for (String kind : List.of("uidMappings", "gidMappings")) {
                linux.putArray(kind)
                        .addObject()
                        .put("containerID", 0)
                        .put("hostID", 100_000)
                        .put("size", 65_536);
            }
        }
        mapper.writeValue(bundle.resolve("config.json").toFile(), config);
    }

    /** Nanoseconds of each run. */
    long[] run(String peer, int runs) throws IOException, InterruptedException {
        return spawn(peer, runs, 1);
    }

    /** Nanoseconds of all runs together, so many at once. */
    long runAtOnce(String peer, int runs, int workers) throws IOException, InterruptedException {
        return spawn(peer, runs, workers)[0];
    }

    private long[] spawn(String peer, int runs, int workers) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$@\"",
                "peers",
                bench.floor().toString(),
                "spawn",
                Integer.toString(runs),
                Integer.toString(workers),
                peer,
                "--root",
                bench.onTmpfs().resolve(peer).toString(),
                "run",
                "--bundle",
                bundle.toString(),
                "holdfast-bench-%d"));
        return Commands.numbers(command);
    }

    static String version(String peer) throws IOException, InterruptedException {
        return Commands.run(List.of(peer, "--version")).get(0);
    }
}
