package io.holdfast.keeper.oci;

import java.util.List;
import java.util.Map;

/** What of the specification is carried out, in the shape of its features document. */
public record Features(
        String ociVersionMin, String ociVersionMax, List<String> hooks, List<String> mountOptions, Linux linux) {

    public static final Features ALL = new Features(
            "1.0.0",
            "1.2.1",
            List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"),
            List.of(
                    "atime",
                    "bind",
                    "dev",
                    "diratime",
                    "exec",
                    "noatime",
                    "nodev",
                    "nodiratime",
                    "noexec",
                    "nostrictatime",
                    "nosuid",
                    "private",
                    "rbind",
                    "relatime",
                    "ro",
                    "rprivate",
                    "rro",
                    "rshared",
                    "rslave",
                    "runbindable",
                    "rw",
                    "shared",
                    "slave",
                    "strictatime",
                    "suid",
                    "unbindable"),
            new Linux(
                    List.of("cgroup", "ipc", "mount", "network", "pid", "user", "uts"),
                    Map.of("enabled", true),
                    Map.of("v1", true, "v2", true, "systemd", false)));

    public record Linux(List<String> namespaces, Map<String, Boolean> seccomp, Map<String, Boolean> cgroup) {}
}
