package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Which extended attributes a layer may have. */
final class Attributes {
    static final String OPAQUE = "trusted.overlay.opaque";
    static final String DEFAULT_ACL = "system.posix_acl_default";

    private static final byte[] YES = {'y'};

    private Attributes() {}

    /**
     * Those to set. Labels of security modules (security.selinux, security.ima and their like) are the host's to give, Docker leaves them
     * out as well; other namespaces mean nothing to a container.
     *
     * @throws Refusal for what would speak to overlay itself, as a redirect to another path of the host's layers does
     */
    static Map<String, byte[]> allowed(Map<String, byte[]> given) throws Refusal {
        if (given.isEmpty()) {
            return given;
        }
        Map<String, byte[]> allowed = new TreeMap<>();
        for (Map.Entry<String, byte[]> attribute : given.entrySet()) {
            String name = attribute.getKey();
            if (name.startsWith("trusted.") || name.startsWith("user.overlay.")) {
                throw new Refusal(
                        "has the extended attribute %s, which no layer may set".formatted(Names.printable(name)));
            }
            if (isKept(name)) {
                allowed.put(name, attribute.getValue());
            }
        }
        return allowed;
    }

    private static boolean isKept(String name) {
        return name.equals("security.capability")
                || name.startsWith("user.")
                || name.equals("system.posix_acl_access")
                || name.equals(DEFAULT_ACL);
    }

    /** Overlayfs, "whiteouts and opaque directories": shows nothing of this directory in lower layers. */
    static void makeOpaque(TreeCalls calls, int parent, String name) throws IOException {
        calls.setAttribute(parent, name, OPAQUE, YES);
    }

    /** Of a directory that gets new ones; whether it is opaque stays. */
    static void removeAll(TreeCalls calls, int parent, String name) throws IOException {
        for (String attribute : calls.attributes(parent, name)) {
            if (isKept(attribute)) {
                calls.removeAttribute(parent, name, attribute);
            }
        }
    }

    /** A checksum of all that were set, empty where there is none. */
    static String checksum(TreeCalls calls, int parent, String name) throws IOException {
        List<String> names = calls.attributes(parent, name);
        names = names.stream()
                .filter(attribute -> isKept(attribute) || attribute.equals(OPAQUE))
                .sorted()
                .toList();
        if (names.isEmpty()) {
            return "";
        }
        CRC32C crc = new CRC32C();
        for (String attribute : names) {
            crc.update(attribute.getBytes(StandardCharsets.ISO_8859_1));
            crc.update(0);
            byte[] value = calls.attribute(parent, name, attribute);
            crc.update(value.length);
            crc.update(value);
        }
        return Long.toHexString(crc.getValue());
    }
}
