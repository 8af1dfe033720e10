package io.holdfast.keeper.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Which kernel parameters are a container's own: those of namespaces that it has; see sysctl(7) and namespaces(7). */
public final class Sysctls {
    private static final List<String> IPC = List.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private static final List<String> UTS = List.of("kernel.domainname", "kernel.hostname");

    private Sysctls() {}

    static void check(Spec spec, BiConsumer<String, String> wrong) {
        for (Map.Entry<String, String> entry : spec.linux().sysctl().entrySet()) {
            String field = "linux.sysctl." + entry.getKey();
            String name = entry.getKey().replace('/', '.');
            Optional<String> namespace = namespaceOf(name);
            if (namespace.isEmpty() || name.contains("..")) {
                wrong.accept(field, "is not a parameter of a namespace: it would change the host");
            } else if (spec.linux().namespaces().stream()
                    .noneMatch(own -> own.type().equals(namespace.get()))) {
                wrong.accept(field, "would change the host: linux.namespaces has no " + namespace.get());
            }
        }
    }

    /** The type of the namespace that a parameter belongs to; empty for the host's. */
    static Optional<String> namespaceOf(String name) {
        if (name.startsWith("net.")) {
            return Optional.of("network");
        }
        if (name.startsWith("fs.mqueue.") || IPC.contains(name)) {
            return Optional.of("ipc");
        }
        return UTS.contains(name) ? Optional.of("uts") : Optional.empty();
    }
}
