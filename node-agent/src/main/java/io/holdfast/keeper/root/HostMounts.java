package io.holdfast.keeper.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where the host has its cgroup hierarchies mounted; see proc_pid_mountinfo(5).
 *
 * @param hierarchies mount points
 */
public record HostMounts(List<Path> hierarchies) {
    /** Where v2 alone is mounted, and where a container finds its own. */
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    public HostMounts {
        hierarchies = List.copyOf(hierarchies);
    }

    public static HostMounts read() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
    }

    static HostMounts parse(List<String> mountinfo) {
        List<Path> hierarchies = new ArrayList<>();
        for (String line : mountinfo) {
            String[] fields = line.split(" ");
            String type = fields[Arrays.asList(fields).indexOf("-") + 1];
            if (type.equals("cgroup") || type.equals("cgroup2")) {
                hierarchies.add(Path.of(fields[4]));
            }
        }
        return new HostMounts(hierarchies);
    }

    /** Mount point of the hierarchy that a cgroup directory lies in. */
    Optional<Path> of(Path directory) {
        return hierarchies.stream().filter(directory::startsWith).max(Comparator.comparing(Path::getNameCount));
    }

    /** Whether it is the whole of the host's cgroups, as v2 alone is. */
    static boolean isOnlyOne(Path hierarchy) {
        return hierarchy.equals(CGROUPS);
    }

    /** What it is called below {@code /sys/fs/cgroup}. */
    static String name(Path hierarchy) {
        return hierarchy.getFileName().toString();
    }
}
