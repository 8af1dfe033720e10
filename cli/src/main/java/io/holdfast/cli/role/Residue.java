package io.holdfast.cli.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a cluster that has ended should not have left on its host: looked for where the kernel itself shows it. */
final class Residue {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private Residue() {}

    /** One line each; empty when nothing is left. */
    static List<String> of(DevPlaces places) throws IOException {
        List<String> left = new ArrayList<>();
        for (Path path : List.of(places.dataDir(), places.runDir(), places.socket())) {
            if (Files.exists(path)) {
                left.add("file " + path);
            }
        }
        // pinned namespaces are mounts too
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            mounts.filter(line -> line.contains(places.key())
                            || line.contains(places.dataDir().toString()))
                    .forEach(line -> left.add("mount " + line));
        }
        cgroups(places, left);
        processes(places, left);
        return left;
    }

    private static void cgroups(DevPlaces places, List<String> left) throws IOException {
        List<Path> candidates = new ArrayList<>();
        candidates.add(CGROUPS.resolve(places.cgroupParent()));
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            hierarchies.map(path -> path.resolve(places.cgroupParent())).forEach(candidates::add);
        }
        candidates.stream().filter(Files::exists).forEach(path -> left.add("cgroup " + path));
    }

    private static void processes(DevPlaces places, List<String> left) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    // one that has ended and waits for init to take note of it is init's
                    if (Files.readString(process.resolve("cgroup")).contains(places.cgroupParent())
                            && !Files.readString(process.resolve("stat")).contains(") Z ")) {
                        left.add("process " + process.getFileName());
                    }
                } catch (IOException e) {
                    // it ended while it was looked at
                }
            }
        }
    }
}
