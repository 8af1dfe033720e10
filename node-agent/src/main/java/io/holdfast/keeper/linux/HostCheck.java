package io.holdfast.keeper.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the runtime needs of its host, and what the host can do. */
public final class HostCheck {
    private static final Path MAX_USER_NAMESPACES = Path.of("/proc/sys/user/max_user_namespaces");

    private HostCheck() {}

    /**
     * @param overlayByFd layers are handed to overlay as descriptors, also O_PATH ones (6.15)
     * @param overlayOnIdmapped overlay takes idmapped layers (5.19)
     */
    public record Host(
            Version kernel, Arch arch, boolean userNamespaces, boolean overlayByFd, boolean overlayOnIdmapped) {

        /** Attributes of the node, as constraints of jobs name them. */
        public Map<String, String> attributes() {
            Map<String, String> attributes = new TreeMap<>();
            attributes.put("kernel.version", kernel.text());
            attributes.put("arch", arch.label());
            attributes.put("user-namespaces", Boolean.toString(userNamespaces));
            attributes.put("overlay.idmapped-layers", Boolean.toString(overlayOnIdmapped));
            return attributes;
        }
    }

    /** @param text as uname gives it */
    public record Version(int major, int minor, String text) {
        static Version parse(String text) {
            String[] parts = text.split("[^0-9]+");
            return parts.length < 2 || parts[0].isEmpty()
                    ? new Version(0, 0, text)
                    : new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), text);
        }

        boolean atLeast(int otherMajor, int otherMinor) {
            return major > otherMajor || major == otherMajor && minor >= otherMinor;
        }
    }

    /** What {@link #judge} judges, so that tests can name another host. */
    public record Facts(String osName, String kernel, String osArch, int effectiveUser, long maxUserNamespaces) {}

    /** @throws LaunchException naming everything that is missing, in one message, with the way out */
    public static Host require(Syscalls syscalls) throws LaunchException {
        try {
            return judge(new Facts(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch"),
                    syscalls.effectiveUser(),
                    readLong(MAX_USER_NAMESPACES)));
        } catch (IOException e) {
            throw new LaunchException("host check", 0, "the host could not be looked at: " + e.getMessage());
        }
    }

    static Host judge(Facts facts) throws LaunchException {
        List<String> missing = new ArrayList<>();
        if (!facts.osName().equals("Linux")) {
            throw new LaunchException("host check", 0, "containers need Linux, this is " + facts.osName());
        }
        Version kernel = Version.parse(facts.kernel());
        if (!kernel.atLeast(5, 10)) {
            missing.add(
                    "kernel " + facts.kernel() + " is older than 5.10, the oldest that is supported: boot a newer one");
        }
        Arch arch = null;
        try {
            arch = Arch.of(facts.osArch());
        } catch (IllegalStateException e) {
            missing.add(e.getMessage());
        }
        if (facts.effectiveUser() != 0) {
            missing.add("the keeper runs as user " + facts.effectiveUser() + ": start it as root");
        }
        if (facts.maxUserNamespaces() == 0) {
            missing.add("user namespaces are switched off: set sysctl user.max_user_namespaces above 0");
        }
        if (!missing.isEmpty()) {
            throw new LaunchException(
                    "host check", 0, "this host cannot run containers: " + String.join("; ", missing));
        }
        return new Host(kernel, arch, true, kernel.atLeast(6, 15), kernel.atLeast(5, 19));
    }

    private static long readLong(Path file) throws IOException {
        // absent where the kernel was built without user namespaces
        return Files.exists(file) ? Long.parseLong(Files.readString(file).trim()) : 0;
    }
}
