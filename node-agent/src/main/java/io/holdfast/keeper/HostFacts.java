package io.holdfast.keeper;

import io.holdfast.keeper.cgroup.CgroupDriver;
import io.holdfast.keeper.linux.Arch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the host is, for {@code hello}. */
final class HostFacts {
    private static final Path SYSCTL = Path.of("/proc/sys");

    private HostFacts() {}

    /** Differs after each boot; random(4). */
    static String bootId() throws IOException {
        return sysctl("kernel/random/boot_id");
    }

    static Map<String, String> attributes(CgroupDriver cgroups) throws IOException {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("os", "linux");
        attributes.put("arch", Arch.current().label());
        attributes.put("kernel", sysctl("kernel/osrelease"));
        attributes.put("cgroup", cgroups.mode());
        attributes.put("user-namespaces", Boolean.toString(userNamespaces()));
        return attributes;
    }

    /** 0 is how a host switches them off; user_namespaces(7). */
    private static boolean userNamespaces() {
        try {
            return Long.parseLong(sysctl("user/max_user_namespaces")) > 0;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    /** In one read: sysctls answer a second one with their end. */
    private static String sysctl(String name) throws IOException {
        try (var channel = Files.newByteChannel(SYSCTL.resolve(name))) {
            ByteBuffer text = ByteBuffer.allocate(256);
            channel.read(text);
            return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
        }
    }
}
