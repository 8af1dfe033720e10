package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The mounts of a specification as they stand: of every type, in their order, with their options. What is bound is taken hold of by
 * the first child, with the host's rights; everything else is mounted by init, with the container's.
 */
final class ExactMounts {
    private static final int MAX_DEPTH = 64;
    private static final int COVER = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    /** Files of /proc that tools mount their own over: they tell of resources and grant nothing. */
    private static final Set<String> PROC_FILES = Set.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/loadavg",
            "/proc/meminfo",
            "/proc/slabinfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/net/dev");

    /**
     * @param source a detached tree of the host's; null where init mounts
     * @param path of the mount in the specification
     */
    private record Item(Spec.Mount mount, String path, MountOptions options, Row source, boolean directory) {}

    /**
     * @param hierarchies mount points of those that the container is in
     * @param directories where its cgroups lie in these, in the same order
     */
    record Cgroups(List<Path> hierarchies, List<Path> directories) {}

    private final List<Item> items = new ArrayList<>();

    /** @throws LaunchException for what cannot be, with the path of the field; nothing has been done then */
    void open(List<Spec.Mount> named, MountRows mounts) throws LaunchException {
        for (int i = 0; i < named.size(); i++) {
            items.add(open(named.get(i), "mounts[" + i + "]", mounts));
        }
    }

    private static Item open(Spec.Mount mount, String path, MountRows mounts) throws LaunchException {
        MountOptions options = MountOptions.read(mount, path);
        Path destination = Path.of(mount.destination()).normalize();
        if (!destination.isAbsolute() || destination.getNameCount() == 0 || destination.getNameCount() > MAX_DEPTH) {
            throw refused(
                    path + ".destination", Errno.EINVAL, mount.destination() + " is not an absolute path below /");
        }
        if (!mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
            throw refused(path + ".uidMappings", Errno.EINVAL, "id mappings of a mount are not supported");
        }
        boolean proc = destination.startsWith("/proc");
        if (proc && !(destination.getNameCount() == 1 && "proc".equals(mount.type()))) {
            // CVE-2019-16884, CVE-2019-19921, CVE-2023-27561: only a proc mount may sit on /proc
            if (!(options.bind() && PROC_FILES.contains(destination.toString()))) {
                throw refused(path + ".destination", Errno.EPERM, "nothing may be mounted on " + destination);
            }
        }
        if (!options.bind()) {
            if (mount.type() == null || mount.type().isEmpty()) {
                throw refused(path + ".type", Errno.EINVAL, "a mount that is not a bind needs a type");
            }
            return new Item(mount, path, options, null, true);
        }
        Path source = Path.of(mount.source() == null ? "" : mount.source());
        if (!source.isAbsolute() || !Files.exists(source)) {
            throw refused(path + ".source", Errno.ENOENT, mount.source() + " is not there");
        }
        Row tree = mounts.cloneOfHost(mount.source(), options.recursive());
        prepare(tree, options, mount.source(), mounts);
        return new Item(mount, path, options, tree, Files.isDirectory(source));
    }

    private static void prepare(Row tree, MountOptions options, String what, MountRows mounts) {
        if (options.propagation() != MS_SHARED) {
            // a clone is a peer of what it was cloned from: what the container mounts would appear on the host
            mounts.change(tree, 0, 0, MS_SLAVE, true, what);
        }
        change(tree, options, what, mounts);
    }

    private static void change(Row tree, MountOptions options, String what, MountRows mounts) {
        mounts.change(tree, options.set(), options.clear(), 0, false, what);
        mounts.change(tree, options.recursiveSet(), options.recursiveClear(), 0, true, what);
        mounts.change(tree, 0, 0, options.propagation(), options.propagationRecursive(), what);
    }

    private static LaunchException refused(String path, int errno, String why) {
        return new LaunchException("mounts", errno, path + ": " + why);
    }

    boolean bindsDev() {
        return items.stream()
                .anyMatch(item -> item.options().bind()
                        && Path.of(item.mount().destination()).normalize().equals(Path.of("/dev")));
    }

    void attach(Destinations places, Cgroups cgroups) {
        MountRows mounts = places.mounts();
        for (Item item : items) {
            String destination = item.mount().destination();
            Row place = places.make(destination, item.directory());
            if (item.source() != null) {
                mounts.attach(item.source(), place, destination);
            } else if (item.mount().type().startsWith("cgroup")) {
                cgroup(item, place, cgroups, mounts);
            } else {
                mounts.attach(mountOf(item, mounts), place, destination);
            }
        }
    }

    private static Row mountOf(Item item, MountRows mounts) {
        Map<String, String> data = new LinkedHashMap<>();
        String type = item.mount().type();
        String source = item.mount().source();
        if (source != null && !source.isEmpty()) {
            data.put("source", source);
        }
        data.putAll(item.options().data());
        Row mount = mounts.newMount(type, data, (int) item.options().set());
        mounts.change(
                mount, item.options().recursiveSet(), 0, 0, true, item.mount().destination());
        mounts.change(
                mount,
                0,
                0,
                item.options().propagation(),
                item.options().propagationRecursive(),
                item.mount().destination());
        return mount;
    }

    /**
     * The container's own cgroups, bound; a cgroup namespace shows them as the root. One directory for each hierarchy, as on the host.
     */
    private static void cgroup(Item item, Row place, Cgroups cgroups, MountRows mounts) {
        String destination = item.mount().destination();
        int attributes = (int) item.options().set();
        List<Path> hierarchies = cgroups.hierarchies();
        if (hierarchies.size() == 1 && HostMounts.isOnlyOne(hierarchies.get(0))) {
            mounts.attach(cgroupTree(cgroups, 0, attributes, mounts), place, destination);
            return;
        }
        Row cover = mounts.newMount("tmpfs", Map.of("mode", "755", "size", "1048576"), COVER);
        mounts.attach(cover, place, destination);
        for (int i = 0; i < hierarchies.size(); i++) {
            String name = HostMounts.name(hierarchies.get(i));
            mounts.makeDirectory(cover, name, 0755);
            Row mount = cgroupTree(cgroups, i, attributes, mounts);
            mounts.attach(mount, mounts.directory(cover, name), destination + "/" + name);
            String[] controllers = name.split(",");
            for (int c = 0; controllers.length > 1 && c < controllers.length; c++) {
                mounts.link(cover, controllers[c], name);
            }
        }
        mounts.change(cover, attributes & MOUNT_ATTR_RDONLY, 0, 0, false, destination);
    }

    private static Row cgroupTree(Cgroups cgroups, int index, int attributes, MountRows mounts) {
        String directory = cgroups.directories().get(index).toString();
        Row tree = mounts.cloneOfHost(directory, false);
        mounts.change(tree, attributes, 0, MS_SLAVE, true, directory);
        return tree;
    }
}
