package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The namespaces of a sandbox as files: a bind mount of a namespace keeps it when no process is in it; see namespaces(7). */
final class Pins {
    private Pins() {}

    /** Names as below /proc/PID/ns. */
    enum Namespace {
        NET(Uapi.CLONE_NEWNET),
        IPC(Uapi.CLONE_NEWIPC),
        UTS(Uapi.CLONE_NEWUTS),
        /** Joined last: with it the host's rights are gone. */
        USER(Uapi.CLONE_NEWUSER);

        private final long flag;

        Namespace(long flag) {
            this.flag = flag;
        }

        long flag() {
            return flag;
        }

        String fileName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static List<Namespace> of(SandboxPlan plan) {
        List<Namespace> namespaces = new ArrayList<>(List.of(Namespace.values()));
        if (plan.network().equals("host")) {
            namespaces.remove(Namespace.NET);
        }
        if (plan.ids().equals(IdRange.HOST)) {
            namespaces.remove(Namespace.USER);
        }
        return namespaces;
    }

    static void pin(SandboxPlan plan, int pid, Syscalls syscalls) throws IOException {
        for (Namespace namespace : of(plan)) {
            Path file = plan.pinDirectory().resolve(namespace.fileName());
            Files.createFile(file);
            syscalls.bindMount("/proc/" + pid + "/ns/" + namespace.fileName(), file.toString());
        }
    }

    /** Missing ones are fine. */
    static void remove(Path pinDirectory, Syscalls syscalls) throws LaunchException {
        for (Namespace namespace : Namespace.values()) {
            Path file = pinDirectory.resolve(namespace.fileName());
            try {
                syscalls.unmount(file.toString());
            } catch (ErrnoException e) {
                // EINVAL: a file that nothing is mounted on
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.EINVAL && e.errno() != Errno.ENOTDIR) {
                    throw new LaunchException("umount2", e.errno(), "let go of " + file + ": " + e.getMessage());
                }
            }
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new LaunchException("unlink", 0, "remove " + file + ": " + e.getMessage());
            }
        }
    }
}
