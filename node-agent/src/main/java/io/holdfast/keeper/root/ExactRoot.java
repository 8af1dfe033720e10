package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The root of a container that takes its specification as it stands: the directory {@code root.path} itself, which the container
 * writes to, with exactly the mounts, devices and protected paths that are listed. Made for one launch program.
 */
public final class ExactRoot implements ContainerRoot {
    private static final int MNT_DETACH = 2;

    private static final Map<String, Long> PROPAGATIONS = Map.of(
            "shared", (long) MS_SHARED,
            "slave", (long) MS_SLAVE,
            "private", (long) MS_PRIVATE,
            "unbindable", (long) MS_UNBINDABLE,
            "rshared", (long) MS_SHARED,
            "rslave", (long) MS_SLAVE,
            "rprivate", (long) MS_PRIVATE,
            "runbindable", (long) MS_UNBINDABLE);

    private final Arch arch;
    private final Spec spec;
    private final Path directory;
    private final ExactMounts mounts = new ExactMounts();
    private Row tree;

    /** @param directory {@code root.path}, absolute */
    public ExactRoot(Arch arch, Spec spec, Path directory) throws LaunchException {
        this.arch = arch;
        this.spec = spec;
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            throw new LaunchException("rootfs", Errno.ENOTDIR, "root.path: " + directory + " is not a directory");
        }
        String propagation = spec.linux().rootfsPropagation();
        if (!propagation.isEmpty() && !PROPAGATIONS.containsKey(propagation)) {
            throw new LaunchException(
                    "mount_setattr",
                    Errno.EINVAL,
                    "linux.rootfsPropagation: " + propagation + " is none of shared, slave, private, unbindable");
        }
    }

    /**
     * @param userNamespace devices are bound from the host
     * @param cgroupDirectories of the container, one in each hierarchy
     */
    public record Options(boolean userNamespace, HostMounts hostMounts, List<Path> cgroupDirectories) {}

    @Override
    public void addHostRows(Program program, Row userNamespace, List<Spec.Mount> named, boolean hostNetwork)
            throws LaunchException {
        MountRows rows = new MountRows(program, arch);
        mounts.open(named, rows);
        tree = rows.cloneOfHost(directory.toString(), true);
        rows.change(tree, 0, 0, MS_SLAVE, true, directory.toString());
    }

    /**
     * All of it, in order, and the change into it.
     *
     * @param beforeChange adds the rows of what is to happen when all is mounted and the host's tree is still in reach
     */
    public void addContainerRows(Program program, Options options, Runnable beforeChange) throws LaunchException {
        MountRows rows = new MountRows(program, arch);
        program.add(Call.MOUNT, 0, "/", 0, MS_REC | MS_SLAVE, 0).purpose("keep mounts from the host");
        program.add(Call.MOVE_MOUNT, tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)
                .purpose("mount root");
        program.add(Call.FCHDIR, tree).purpose("enter root");
        Destinations places = new Destinations(rows, tree);
        mounts.attach(places, cgroups(options));
        if (!mounts.bindsDev()) {
            new ExactDevices(places, options.userNamespace()).add(spec.linux().devices());
        }
        sysctls(program);
        new ExactPaths(places).add(spec.linux().maskedPaths(), spec.linux().readonlyPaths());
        beforeChange.run();
        program.add(Call.PIVOT_ROOT, ".", ".");
        program.add(Call.UMOUNT2, ".", MNT_DETACH).purpose("let go of the host's root");
        program.add(Call.CHDIR, "/");
        propagation(program);
        if (spec.root().readonly()) {
            var attr = program.arena().allocate(MOUNT_ATTR_BYTES).putLong(0, MOUNT_ATTR_RDONLY);
            program.add(Call.MOUNT_SETATTR, AT_FDCWD, "/", 0, attr, MOUNT_ATTR_BYTES)
                    .purpose("make root read-only");
        }
    }

    private static ExactMounts.Cgroups cgroups(Options options) {
        List<Path> hierarchies = new ArrayList<>();
        List<Path> directories = new ArrayList<>();
        for (Path directory : options.cgroupDirectories()) {
            options.hostMounts()
                    .of(directory)
                    .filter(hierarchy -> !hierarchies.contains(hierarchy))
                    .ifPresent(hierarchy -> {
                        hierarchies.add(hierarchy);
                        directories.add(directory);
                    });
        }
        return new ExactMounts.Cgroups(hierarchies, directories);
    }

    /** By the host's /proc, whose files under sys are those of the namespaces of whoever opens them. */
    private void sysctls(Program program) {
        spec.linux().sysctl().forEach((name, value) -> {
            String file = "/proc/sys/" + name.replace('.', '/');
            Row fd = program.add(Call.OPENAT, AT_FDCWD, file, Syscalls.O_WRONLY | Syscalls.O_CLOEXEC, 0)
                    .purpose("linux.sysctl." + name);
            int bytes = value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            program.add(Call.WRITE, fd, value, bytes).purpose("linux.sysctl." + name + "=" + value);
            program.add(Call.CLOSE, fd);
        });
    }

    private void propagation(Program program) {
        String name = spec.linux().rootfsPropagation();
        if (name.isEmpty()) {
            return;
        }
        var attr = program.arena().allocate(MOUNT_ATTR_BYTES).putLong(16, PROPAGATIONS.get(name));
        int flags = name.startsWith("r") ? AT_RECURSIVE : 0;
        program.add(Call.MOUNT_SETATTR, AT_FDCWD, "/", flags, attr, MOUNT_ATTR_BYTES)
                .purpose("linux.rootfsPropagation " + name);
    }
}
