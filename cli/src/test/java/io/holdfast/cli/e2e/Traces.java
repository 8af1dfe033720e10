package io.holdfast.cli.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel shows of containers under a cgroup parent. */
final class Traces {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private Traces() {}

    /** The cgroup directories of this parent, in every hierarchy. */
    static List<Path> cgroups(String parent) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            hierarchies.map(path -> path.resolve(parent)).forEach(found::add);
        }
        found.add(CGROUPS.resolve(parent));
        return found.stream().filter(Files::isDirectory).toList();
    }

    /** All processes below the parent. One that has ended and waits for its new parent, init, runs no more. */
    static List<Long> processes(String parent) throws IOException {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    if (Files.readString(process.resolve("cgroup")).contains("/" + parent + "/")
                            && !Files.readString(process.resolve("stat")).contains(") Z ")) {
                        found.add(Long.parseLong(process.getFileName().toString()));
                    }
                } catch (IOException e) {
                    // it ended while it was looked at
                }
            }
        }
        return found;
    }

    static List<String> mounts(String sign) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> line.contains(sign)).toList();
        }
    }

    /** Removes a keeper's directory; the temporary directory's own cleaner warns of each link of the host image. */
    static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
