package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * Settings of the kernel that a container may change: those of which each network or ipc namespace has its own; see namespaces(7),
 * proc(5). They are written with the container's rights, through its own /proc, before that is made read-only: where this list were
 * wrong, the kernel would still refuse what is the host's.
 */
public final class Sysctls {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");
    private static final int MAX_NAME = 255;
    private static final int MAX_VALUE = 4096;

    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    /**
     * @param namespaces of the container: those of the host are not to be changed
     * @throws LaunchException for a name or value that is none, and for what would change the host; its step is the field
     */
    public static void check(SortedMap<String, String> sysctls, Namespaces namespaces) throws LaunchException {
        for (Map.Entry<String, String> sysctl : sysctls.entrySet()) {
            String name = sysctl.getKey();
            String value = sysctl.getValue();
            if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
                throw refused(name, "is no name such as net.core.somaxconn");
            }
            if (value.length() > MAX_VALUE || value.indexOf('\0') >= 0) {
                throw refused(name, "has a value of more than " + MAX_VALUE + " characters, or a NUL in it");
            }
            if (name.startsWith("net.")) {
                require(namespaces.net(), name, "network");
            } else if (name.startsWith("fs.mqueue.") || IPC.contains(name)) {
                require(namespaces.ipc(), name, "ipc");
            } else if (name.equals("kernel.hostname") || name.equals("kernel.domainname")) {
                throw refused(name, "has a field of its own: " + name.substring("kernel.".length()));
            } else {
                throw refused(
                        name,
                        "belongs to the host: net.*, fs.mqueue.* and kernel.msg*, .sem, .shm* belong to a container");
            }
        }
    }

    private static void require(String kind, String name, String namespace) throws LaunchException {
        if (kind.equals(Namespaces.HOST)) {
            throw refused(name, "would change the host: the container has no " + namespace + " namespace of its own");
        }
    }

    private static LaunchException refused(String name, String why) {
        String shown = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name;
        String path = "linux.sysctl." + shown.replaceAll("\\p{Cntrl}", "?");
        return new LaunchException(path, Errno.EPERM, path + ": " + why);
    }

    /** Rows that write them below the container's own /proc. */
    static void write(SortedMap<String, String> sysctls, MountRows mounts, Row proc) {
        Program program = mounts.program();
        sysctls.forEach((name, value) -> {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            Row fd = mounts.openForWriting(proc, "sys/" + name.replace('.', '/'))
                    .purpose("sysctl " + name + " (not of this namespace, or not on this kernel?)");
            program.add(Call.WRITE, fd, value, bytes.length).purpose("sysctl " + name + " = " + value);
            program.add(Call.CLOSE, fd);
        });
    }
}
