package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a container costs the peers on this machine: {@code crun run} and {@code runc run} of /bin/true in a root file system of
 * busybox alone, with the default bundle of {@code runc spec}. crun refuses hybrid hosts, so both run in a mount namespace in
 * which the v2 mount is hidden.
 *
 * <p>Needs root, crun, runc and a static busybox. Arguments: path of busybox, number of runs (30).
 */
public final class LaunchPeers {
    private LaunchPeers() {}

    public static void main(String[] args) throws Exception {
        Path busybox = Path.of(args[0]);
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        Path bundle = Files.createTempDirectory("holdfast-bench-bundle-");
        try {
            Path bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
            Files.copy(busybox, bin.resolve("busybox"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            Files.createSymbolicLink(bin.resolve("true"), Path.of("busybox"));
            run(List.of("runc", "spec", "--bundle", bundle.toString()));
            Path config = bundle.resolve("config.json");
            String text = Files.readString(config);
            Files.writeString(
                    config,
                    text.replace("\"terminal\": true", "\"terminal\": false").replace("\"sh\"", "\"/bin/true\""));
            System.out.println(Figures.header());
            for (String peer : List.of("crun", "runc")) {
                System.out.println(measure(peer, bundle, runs).row());
            }
        } finally {
            try (var paths = Files.walk(bundle)) {
                for (Path path :
                        paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static Figures measure(String peer, Path bundle, int runs) throws Exception {
        // The loop runs inside one shell of the hidden namespace, which tells the time around each run itself.
        String script = """
                umount /sys/fs/cgroup/unified 2>/dev/null
                cd %s
                for i in $(seq 1 %d); do
                  a=$(date +%%s%%N)
                  %s run hf-bench-$i-$$ </dev/null || exit 1
                  b=$(date +%%s%%N)
                  echo $((b - a))
                done
                """.formatted(bundle, runs, peer);
        List<String> lines = run(List.of("unshare", "-m", "--propagation", "private", "sh", "-c", script));
        long[] nanos = lines.stream().mapToLong(Long::parseLong).toArray();
        if (nanos.length != runs) {
            throw new IllegalStateException(peer + ": " + nanos.length + " of " + runs + " runs");
        }
        return Figures.ofNanos(peer + " run /bin/true", nanos);
    }

    private static List<String> run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new ArrayList<>();
        try (var reader = process.inputReader()) {
            reader.lines().forEach(lines::add);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.get(0) + " failed: " + lines);
        }
        return lines;
    }
}
