package io.holdfast.keeper;

import io.holdfast.keeper.cgroup.CgroupDriver;
import io.holdfast.keeper.linux.Arch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the host is, for {@code hello}. */
final class HostFacts {
    private static final Path SYSCTL = Path.of("/proc/sys");
    private static final int OLDEST_KERNEL = 5_010;

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

    /** Why this kernel cannot do it; 5.10 is the oldest that has clone3, openat2, pidfds and close_range together. */
    static Optional<String> tooOld() throws IOException {
        String release = sysctl("kernel/osrelease");
        Matcher version = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(release);
        if (version.matches()
                && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) < OLDEST_KERNEL) {
            return Optional.of("kernel %s is older than 5.10: boot a newer one".formatted(release));
        }
        return Optional.empty();
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
