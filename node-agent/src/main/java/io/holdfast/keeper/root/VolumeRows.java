package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mounts that a specification names beyond the system's own: {@code bind} and {@code tmpfs}. Sources are opened by the first
 * child with the host's rights; where they go is resolved inside the root.
 */
public final class VolumeRows {
    /** Where the system's own mounts sit; only their own kind may be named there, and it is there anyway. */
    private static final Map<String, List<String>> SYSTEM = Map.of(
            "/proc", List.of("proc"),
            "/sys", List.of("sysfs", "bind"),
            "/dev", List.of("tmpfs"),
            "/dev/pts", List.of("devpts"),
            "/dev/shm", List.of("tmpfs"),
            "/dev/mqueue", List.of("mqueue"),
            "/sys/fs/cgroup", List.of("cgroup", "cgroup2"));

    private static final int MAX_DEPTH = 64;
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;

    private VolumeRows() {}

    /** Something to attach at an absolute path inside the root. */
    public record Volume(Row source, Spec.Mount mount, boolean directory) {

        /** Rows of init. Missing directories on the way are made; links in the image are followed, but never out of the root. */
        void attach(MountRows mounts, Row root) {
            Row what = source != null ? source : tmpfs(mounts, mount);
            String destination = mount.destination();
            Row parent = root;
            StringBuilder way = new StringBuilder();
            Path path = Path.of(destination);
            for (int i = 0; i < path.getNameCount(); i++) {
                String name = path.getName(i).toString();
                boolean last = i == path.getNameCount() - 1;
                if (last && !directory) {
                    mounts.makeNode(parent, name, S_IFREG | FILE_MODE, 0).mayFail();
                } else {
                    mounts.makeDirectory(parent, name, DIRECTORY_MODE).mayFail();
                }
                way.append(i == 0 ? "" : "/").append(name);
                parent = mounts.resolve(root, way.toString(), true);
            }
            mounts.attach(what, parent, destination);
        }
    }

    /**
     * @return what is to be attached, in order
     * @throws LaunchException for kinds that this runtime does not mount, and for sources that are not there
     */
    public static List<Volume> open(List<Spec.Mount> named, MountRows mounts, LaunchGuards guards)
            throws LaunchException {
        List<Volume> volumes = new ArrayList<>();
        for (Spec.Mount mount : named) {
            if (isSystems(mount, guards)) {
                continue;
            }
            boolean recursive = mount.options().contains("rbind");
            if (recursive || mount.type().equals("bind") || mount.options().contains("bind")) {
                Path source = Path.of(mount.source());
                if (!source.isAbsolute() || !Files.exists(source)) {
                    throw refused(mount, Errno.ENOENT, "source " + mount.source() + " is not there");
                }
                Row tree = mounts.cloneOfHost(mount.source(), recursive);
                boolean follow =
                        mount.options().contains("rslave") || mount.options().contains("slave");
                mounts.separate(tree, attributes(mount), true, follow, mount.source());
                volumes.add(new Volume(tree, mount, Files.isDirectory(source)));
            } else if (mount.type().equals("tmpfs")) {
                attributes(mount);
                volumes.add(new Volume(null, mount, true));
            } else {
                throw refused(mount, Errno.EINVAL, "type " + mount.type() + " is not supported, bind and tmpfs are");
            }
        }
        return volumes;
    }

    private static boolean isSystems(Spec.Mount mount, LaunchGuards guards) throws LaunchException {
        Path path = Path.of(mount.destination()).normalize();
        if (!path.isAbsolute() || path.getNameCount() == 0 || path.getNameCount() > MAX_DEPTH) {
            throw refused(mount, Errno.EINVAL, "the destination must be an absolute path below /");
        }
        List<String> kinds = SYSTEM.get(path.toString());
        if (kinds == null) {
            if (guards.has(Guard.PROC_ONLY) && (path.startsWith("/proc") || path.startsWith("/sys"))) {
                // CVE-2019-19921, CVE-2023-27561: nothing but its own may sit there
                throw refused(mount, Errno.EPERM, "nothing may be mounted below /proc or /sys");
            }
            return false;
        }
        if (guards.has(Guard.PROC_ONLY) && !kinds.contains(mount.type())) {
            throw refused(mount, Errno.EPERM, "only " + String.join(" or ", kinds) + " may be mounted there");
        }
        return kinds.contains(mount.type());
    }

    private static int attributes(Spec.Mount mount) throws LaunchException {
        int attributes = 0;
        for (String option : mount.options()) {
            switch (option) {
                case "ro" -> attributes |= MOUNT_ATTR_RDONLY;
                case "nosuid" -> attributes |= MOUNT_ATTR_NOSUID;
                case "nodev" -> attributes |= MOUNT_ATTR_NODEV;
                case "noexec" -> attributes |= MOUNT_ATTR_NOEXEC;
                case "rw", "bind", "rbind", "rprivate", "private", "rslave", "slave" -> {}
                default -> {
                    if (!mount.type().equals("tmpfs") || !(option.startsWith("size=") || option.startsWith("mode="))) {
                        throw refused(mount, Errno.EINVAL, "option " + option + " is not supported");
                    }
                }
            }
        }
        return attributes;
    }

    private static Row tmpfs(MountRows mounts, Spec.Mount mount) {
        Map<String, String> options = new LinkedHashMap<>();
        int attributes = MOUNT_ATTR_NODEV;
        for (String option : mount.options()) {
            String[] parts = option.split("=", 2);
            if (parts.length == 2) {
                options.put(parts[0], parts[1]);
            } else {
                attributes |= switch (option) {
                    case "ro" -> MOUNT_ATTR_RDONLY;
                    case "nosuid" -> MOUNT_ATTR_NOSUID;
                    case "noexec" -> MOUNT_ATTR_NOEXEC;
                    default -> 0;
                };
            }
        }
        return mounts.newMount("tmpfs", options, attributes);
    }

    private static LaunchException refused(Spec.Mount mount, int errno, String why) {
        return new LaunchException("mounts", errno, "mount on " + mount.destination() + ": " + why);
    }
}
