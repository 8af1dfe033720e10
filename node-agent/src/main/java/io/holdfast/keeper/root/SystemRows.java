package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of init that put the root together: /proc, /sys, /dev as Docker and containerd have them, cgroups read-only, and then the
 * change into it. Nothing is seen by the host: the mount namespace is the container's and a slave of the host's.
 */
public final class SystemRows {
    private static final int QUIET = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    private static final String TMPFS_BYTES = Integer.toString(64 * 1024 * 1024);
    private static final int DIRECTORY_MODE = 0755;
    private static final int DEVICE_MODE = 0666;
    private static final int MNT_DETACH = 2;

    /** name, major, minor */
    private record Device(String name, int major, int minor) {
        long number() {
            return (long) major << 8 | minor;
        }
    }

    private static final List<Device> DEVICES = List.of(
            new Device("null", 1, 3),
            new Device("zero", 1, 5),
            new Device("full", 1, 7),
            new Device("random", 1, 8),
            new Device("urandom", 1, 9),
            new Device("tty", 5, 0));

    /**
     * @param userNamespace without it device files are made, within they are bound
     * @param hostNetwork a network namespace that is not the sandbox's own: sysfs cannot be mounted, the host's is bound
     * @param hierarchies the cgroups that the container is in; empty where it has no cgroup namespace
     */
    public record Options(
            boolean userNamespace,
            boolean hostNetwork,
            boolean readOnly,
            List<HostMounts.Hierarchy> hierarchies,
            List<String> masked,
            List<String> readOnlyPaths) {
        public Options {
            hierarchies = List.copyOf(hierarchies);
            masked = List.copyOf(masked);
            readOnlyPaths = List.copyOf(readOnlyPaths);
        }
    }

    private final Program program;
    private final MountRows mounts;
    private final Options options;
    private Row root;

    public SystemRows(Program program, Arch arch, Options options) {
        this.program = program;
        this.mounts = new MountRows(program, arch);
        this.options = options;
    }

    /**
     * All of it, in order.
     *
     * @param hostSys a detached copy of the host's /sys for a container of the host's network, else null
     */
    public void assemble(OverlayRows.Root made, Row hostSys, List<VolumeRows.Volume> volumes) throws LaunchException {
        program.add(Call.MOUNT, 0, "/", 0, MS_REC | MS_SLAVE, 0).purpose("keep mounts from the stage");
        root = made.overlay();
        // on top of /: any other place might be out of the container's reach, and the new namespace is seen by nobody
        // else
        program.add(Call.MOVE_MOUNT, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)
                .purpose("mount root");
        program.add(Call.FCHDIR, root).purpose("enter root");
        for (OverlayRows.Bind bind : made.binds()) {
            mounts.attach(bind.mount(), mounts.directory(root, bind.name()), "/" + bind.name());
        }
        Row proc = mountOn("proc", mounts.newMount("proc", Map.of(), QUIET));
        Row sys = sys(hostSys);
        Row dev = dev();
        cgroups(sys);
        for (VolumeRows.Volume volume : volumes) {
            volume.attach(mounts, root);
        }
        new PathRows(mounts, root, Map.of("/proc", proc, "/sys", sys, "/dev", dev))
                .protect(options.masked(), options.readOnlyPaths());
        program.add(Call.PIVOT_ROOT, ".", ".");
        program.add(Call.UMOUNT2, ".", MNT_DETACH).purpose("let go of the stage");
        program.add(Call.CHDIR, "/");
        if (options.readOnly()) {
            var attr = program.arena().allocate(MOUNT_ATTR_BYTES).putLong(0, MOUNT_ATTR_RDONLY);
            program.add(Call.MOUNT_SETATTR, AT_FDCWD, "/", 0, attr, MOUNT_ATTR_BYTES)
                    .purpose("make root read-only");
        }
    }

    /** Makes the directory where an image lacks it, refuses a link in its place, and mounts. */
    private Row mountOn(String name, Row mount) {
        mounts.makeDirectory(root, name, DIRECTORY_MODE).mayFail();
        mounts.attach(mount, mounts.directory(root, name), "/" + name);
        return mount;
    }

    private Row sys(Row hostSys) {
        if (hostSys == null) {
            return mountOn("sys", mounts.newMount("sysfs", Map.of(), QUIET | MOUNT_ATTR_RDONLY));
        }
        mounts.setAttributes(hostSys, QUIET | MOUNT_ATTR_RDONLY, true, "/sys");
        return mountOn("sys", hostSys);
    }

    private Row dev() {
        Row dev = mountOn(
                "dev", mounts.newMount("tmpfs", ordered("mode", "755", "size", TMPFS_BYTES), MOUNT_ATTR_NOSUID));
        for (Device device : DEVICES) {
            if (options.userNamespace()) {
                // mknod of devices is refused in a user namespace, and a tmpfs of it would not open them
                mounts.makeNode(dev, device.name(), S_IFREG | DEVICE_MODE, 0);
                Row host = mounts.cloneOfHost("/dev/" + device.name(), false);
                mounts.attach(host, mounts.resolve(dev, device.name(), false), "/dev/" + device.name());
            } else {
                mounts.makeNode(dev, device.name(), S_IFCHR | DEVICE_MODE, device.number());
                program.add(Call.FCHMODAT, dev, device.name(), DEVICE_MODE).purpose("mode of " + device.name());
            }
        }
        Map<String, String> pts = ordered("newinstance", "", "ptmxmode", "0666", "mode", "0620", "gid", "5");
        mountBelow(dev, "pts", mounts.newMount("devpts", pts, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
        mountBelow(dev, "shm", mounts.newMount("tmpfs", ordered("mode", "1777", "size", TMPFS_BYTES), QUIET));
        mountBelow(dev, "mqueue", mounts.newMount("mqueue", Map.of(), QUIET));
        mounts.link(dev, "ptmx", "pts/ptmx");
        mounts.link(dev, "fd", "/proc/self/fd");
        mounts.link(dev, "stdin", "/proc/self/fd/0");
        mounts.link(dev, "stdout", "/proc/self/fd/1");
        mounts.link(dev, "stderr", "/proc/self/fd/2");
        return dev;
    }

    private void mountBelow(Row parent, String name, Row mount) {
        mounts.makeDirectory(parent, name, DIRECTORY_MODE);
        mounts.attach(mount, mounts.directory(parent, name), "/dev/" + name);
    }

    /**
     * The container's own cgroups, read-only and seen as / from its cgroup namespace (CVE-2022-0492, CVE-2023-25809). Where the host's
     * /sys is bound, an empty directory covers the host's cgroups.
     */
    private void cgroups(Row sys) {
        List<HostMounts.Hierarchy> hierarchies = options.hierarchies();
        if (hierarchies.isEmpty() && !options.hostNetwork()) {
            return;
        }
        Row place = mounts.directory(sys, "fs/cgroup");
        if (hierarchies.size() == 1 && hierarchies.get(0).isOnlyOne()) {
            mounts.attach(mounts.newMount("cgroup2", Map.of(), QUIET | MOUNT_ATTR_RDONLY), place, "/sys/fs/cgroup");
            return;
        }
        Row cover = mounts.newMount("tmpfs", ordered("mode", "755", "size", "1048576"), QUIET);
        mounts.attach(cover, place, "/sys/fs/cgroup");
        for (HostMounts.Hierarchy hierarchy : hierarchies) {
            String name = hierarchy.mountPoint().getFileName().toString();
            Map<String, String> names = new LinkedHashMap<>();
            for (String option : hierarchy.options()) {
                String[] parts = option.split("=", 2);
                names.put(parts[0], parts.length == 2 ? parts[1] : "");
            }
            Row mount = mounts.newMount(hierarchy.type(), names, QUIET | MOUNT_ATTR_RDONLY);
            mounts.makeDirectory(cover, name, DIRECTORY_MODE);
            mounts.attach(mount, mounts.directory(cover, name), "/sys/fs/cgroup/" + name);
        }
        mounts.setAttributes(cover, MOUNT_ATTR_RDONLY, false, "/sys/fs/cgroup");
    }

    /** The hierarchies of these cgroup files, each once. */
    public static List<HostMounts.Hierarchy> hierarchiesOf(HostMounts mounts, List<Path> files) {
        List<HostMounts.Hierarchy> found = new ArrayList<>();
        for (Path file : files) {
            mounts.of(file).filter(hierarchy -> !found.contains(hierarchy)).ifPresent(found::add);
        }
        return found;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
