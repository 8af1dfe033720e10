package io.holdfast.keeper;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the file system of the data directory, where images lie, takes idmapped mounts: by trying one, in a user namespace that is
 * made for it. See mount_setattr(2); NFS, and tmpfs before 6.3, are among those that do not.
 */
final class IdmapProbe {
    /** Of a node, as constraints of jobs name it. */
    static final String ATTRIBUTE = "idmapped-mounts";

    private static final Logger LOG = LoggerFactory.getLogger(IdmapProbe.class);

    private IdmapProbe() {}

    /** False only by the kernel's word; what could not be tried is found out by the first container. */
    static boolean supported(Core core) {
        Path pins = core.layout().run().resolve("idmap-probe");
        try {
            // of an earlier keeper that was killed in the middle
            remove(core, pins);
            Files.createDirectories(pins);
            try {
                IdRange ids = new IdRange(core.idRanges().first());
                core.launcher().createSandbox(new SandboxPlan(pins, "probe", "host", ids));
                return tryOut(core.syscalls(), core.layout().data(), pins.resolve("user"));
            } finally {
                remove(core, pins);
            }
        } catch (IOException | LaunchException e) {
            LOG.warn(
                    "whether {} takes idmapped mounts is not known: {}",
                    core.layout().data(),
                    e.getMessage());
            return true;
        }
    }

    private static void remove(Core core, Path pins) throws IOException, LaunchException {
        if (Files.isDirectory(pins)) {
            core.launcher().removeSandbox(pins);
            TreeRemover.remove(pins, core.syscalls());
        }
    }

    private static boolean tryOut(Syscalls syscalls, Path data, Path user) throws ErrnoException {
        int namespace = syscalls.open(user.toString(), Syscalls.O_RDONLY, 0);
        try {
            int flags = Uapi.OPEN_TREE_CLONE | Uapi.OPEN_TREE_CLOEXEC;
            int tree = (int) syscalls.kernel().call(Call.OPEN_TREE, Uapi.AT_FDCWD, data.toString(), flags);
            try {
                Memory attr = Memory.allocate(Uapi.MOUNT_ATTR_BYTES);
                attr.putLong(0, Uapi.MOUNT_ATTR_IDMAP);
                attr.putLong(24, namespace);
                syscalls.kernel().call(Call.MOUNT_SETATTR, tree, "", Uapi.AT_EMPTY_PATH, attr, Uapi.MOUNT_ATTR_BYTES);
                return true;
            } catch (ErrnoException e) {
                if (e.errno() == Errno.EINVAL || e.errno() == Errno.ENOSYS || e.errno() == Errno.EOPNOTSUPP) {
                    LOG.warn("{} takes no idmapped mounts: containers need host-user on this node", data);
                    return false;
                }
                throw e;
            } finally {
                syscalls.close(tree);
            }
        } finally {
            syscalls.close(namespace);
        }
    }
}
