package io.holdfast.keeper.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the host has its cgroup hierarchies mounted; see proc_pid_mountinfo(5). */
public record HostMounts(List<Hierarchy> hierarchies) {

    /**
     * @param options what names a v1 hierarchy when it is mounted again: controllers, or {@code name=systemd}; empty on v2
     */
    public record Hierarchy(Path mountPoint, String type, List<String> options) {
        /** A mount of the whole tree at one place, as v2 alone has it. */
        boolean isOnlyOne() {
            return mountPoint.equals(Path.of("/sys/fs/cgroup"));
        }
    }

    public HostMounts {
        hierarchies = List.copyOf(hierarchies);
    }

    public static HostMounts read() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
    }

    static HostMounts parse(List<String> mountinfo) {
        List<Hierarchy> hierarchies = new ArrayList<>();
        for (String line : mountinfo) {
            String[] fields = line.split(" ");
            int separator = Arrays.asList(fields).indexOf("-");
            String type = fields[separator + 1];
            Path mountPoint = Path.of(fields[4]);
            if (type.equals("cgroup2")) {
                hierarchies.add(new Hierarchy(mountPoint, type, List.of()));
            } else if (type.equals("cgroup")) {
                List<String> options = Arrays.stream(fields[separator + 3].split(","))
                        .filter(option -> !List.of("rw", "ro", "xattr", "noprefix", "clone_children")
                                .contains(option))
                        .filter(option -> !option.startsWith("release_agent="))
                        .toList();
                hierarchies.add(new Hierarchy(mountPoint, type, options));
            }
        }
        return new HostMounts(hierarchies);
    }

    /** The hierarchy that a cgroup directory or a file in it lies in. */
    public Optional<Hierarchy> of(Path path) {
        return hierarchies.stream()
                .filter(hierarchy -> path.startsWith(hierarchy.mountPoint()))
                .max((a, b) -> a.mountPoint().getNameCount() - b.mountPoint().getNameCount());
    }
}
