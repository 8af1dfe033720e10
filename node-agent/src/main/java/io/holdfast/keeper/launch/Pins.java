package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The namespaces of a sandbox as files: a bind mount of a namespace keeps it when no process is in it; see namespaces(7). */
final class Pins {
    private Pins() {}

    /** Names as below /proc/PID/ns, in the order of joining. */
    enum Namespace {
        NET(Uapi.CLONE_NEWNET),
        IPC(Uapi.CLONE_NEWIPC),
        UTS(Uapi.CLONE_NEWUTS),
        CGROUP(Uapi.CLONE_NEWCGROUP),
        PID(Uapi.CLONE_NEWPID),
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

        /** Whether the sandbox makes it; the others are each container's own. */
        boolean isShared() {
            return this != CGROUP && this != PID;
        }
    }

    private static final long NS_GET_NSTYPE = 0xb703;

    /** What the containers of a sandbox join. */
    static List<Namespace> of(SandboxPlan plan) {
        return Arrays.stream(Namespace.values())
                .filter(namespace -> {
                    String kind = plan.namespaces().get(namespace.fileName());
                    return Namespaces.isPath(kind) || namespace.isShared() && Namespaces.isNew(kind);
                })
                .toList();
    }

    /** What a child must be born in. */
    static List<Namespace> made(SandboxPlan plan) {
        return of(plan).stream()
                .filter(namespace -> Namespaces.isNew(plan.namespaces().get(namespace.fileName())))
                .toList();
    }

    static void pin(SandboxPlan plan, int pid, Syscalls syscalls) throws IOException {
        for (Namespace namespace : made(plan)) {
            pin(plan, namespace, "/proc/" + pid + "/ns/" + namespace.fileName(), syscalls);
        }
    }

    /**
     * Pins what is joined by path.
     *
     * @throws LaunchException where a path is not a namespace of its type
     */
    static void pinJoined(SandboxPlan plan, Syscalls syscalls) throws IOException, LaunchException {
        for (Namespace namespace : of(plan)) {
            String path = plan.namespaces().get(namespace.fileName());
            if (Namespaces.isPath(path)) {
                verify(namespace.fileName(), namespace.flag(), path, syscalls);
                pin(plan, namespace, path, syscalls);
            }
        }
    }

    static void verify(String type, long flag, String path, Syscalls syscalls) throws ErrnoException, LaunchException {
        int fd;
        try {
            fd = syscalls.open(path, Syscalls.O_RDONLY | Syscalls.O_NONBLOCK, 0);
        } catch (ErrnoException e) {
            throw new LaunchException(
                    "namespace", e.errno(), type + " namespace " + path + " cannot be opened: " + e.getMessage());
        }
        try {
            if (syscalls.kernel().call(Call.IOCTL, fd, NS_GET_NSTYPE, 0) != flag) {
                throw new LaunchException("namespace", Errno.EINVAL, path + " is not a " + type + " namespace");
            }
        } catch (ErrnoException e) {
            throw new LaunchException("namespace", e.errno(), path + " is not a namespace");
        } finally {
            syscalls.close(fd);
        }
    }

    private static void pin(SandboxPlan plan, Namespace namespace, String source, Syscalls syscalls)
            throws IOException {
        Path file = plan.pinDirectory().resolve(namespace.fileName());
        Files.createFile(file);
        syscalls.bindMount(source, file.toString());
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
