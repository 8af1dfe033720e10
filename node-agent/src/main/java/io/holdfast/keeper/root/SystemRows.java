package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Rows of init that put the root together: /proc, /sys, /dev as Docker and containerd have them, cgroups read-only, and then the
 * change into it. Nothing is seen by the host: the mount namespace is the container's and a slave of the host's.
 */
public final class SystemRows {
    private static final int QUIET = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    private static final String TMPFS_BYTES = Integer.toString(64 * 1024 * 1024);
    private static final int DIRECTORY_MODE = 0755;
    private static final int MNT_DETACH = 2;

    /**
     * @param userNamespace without it device files are made, within they are bound
     * @param hostNetwork a network namespace that is not the sandbox's own: sysfs cannot be mounted, the host's is bound
     * @param devices beyond those that every container has
     */
    public record Options(
            boolean userNamespace,
            boolean hostNetwork,
            boolean readOnly,
            List<String> masked,
            List<String> readOnlyPaths,
            List<Spec.Device> devices,
            SortedMap<String, String> sysctls) {
        public Options {
            masked = List.copyOf(masked);
            readOnlyPaths = List.copyOf(readOnlyPaths);
            devices = List.copyOf(devices);
        }
    }

    private final Program program;
    private final MountRows mounts;
    private final Options options;
    private final LaunchGuards guards;
    private Row root;

    public SystemRows(Program program, Arch arch, Options options, LaunchGuards guards) {
        this.program = program;
        this.guards = guards;
        this.mounts = new MountRows(program, arch, guards);
        this.options = options;
    }

    /** @throws LaunchException for one that is none; its step is the field's path */
    public static void checkDevices(List<Spec.Device> devices) throws LaunchException {
        for (int i = 0; i < devices.size(); i++) {
            DeviceRows.check(devices.get(i), "linux.devices[" + i + "]");
        }
    }

    /**
     * All of it, in order.
     *
     * @param cgroups copies of the container's own
     * @param hostSys a detached copy of the host's /sys for a container of the host's network, else null
     */
    void assemble(OverlayRows.Root made, CgroupRows cgroups, Row hostSys, List<VolumeRows.Volume> volumes)
            throws LaunchException {
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
        Sysctls.write(options.sysctls(), mounts, proc);
        Row sys = sys(hostSys);
        Row dev = dev();
        cgroups.attach(sys, options.hostNetwork());
        for (VolumeRows.Volume volume : volumes) {
            volume.attach(mounts, root);
        }
        new PathRows(mounts, root, Map.of("/proc", proc, "/sys", sys, "/dev", dev))
                .protect(
                        guards.has(Guard.MASKS) ? options.masked() : List.of(),
                        guards.has(Guard.READ_ONLY_PATHS) ? options.readOnlyPaths() : List.of());
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

    private Row dev() throws LaunchException {
        Row dev = mountOn(
                "dev", mounts.newMount("tmpfs", ordered("mode", "755", "size", TMPFS_BYTES), MOUNT_ATTR_NOSUID));
        new DeviceRows(mounts, dev, options.userNamespace()).add(options.devices());
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

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
