package io.holdfast.cli.oci;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A container's id in the words of its tool, and the keeper's id for it: the same with a prefix where it fits the keeper's pattern,
 * else a hash. The prefix keeps them apart from allocations.
 */
record ContainerName(String id, String keeperId) {
    private static final String PREFIX = "oci-";
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_+.-]{1,1024}");
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final int HASH_CHARACTERS = 48;

    static ContainerName of(String root, String id) throws OciFailed {
        if (!ALLOWED.matcher(id).matches() || id.equals(".") || id.equals("..")) {
            throw new OciFailed("container id \"" + id + "\" is not of letters, digits, _ + . - (at most 1024)");
        }
        if (root.isEmpty() && PLAIN.matcher(id).matches()) {
            return new ContainerName(id, PREFIX + id);
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest((root + "\0" + id).getBytes(StandardCharsets.UTF_8));
            return new ContainerName(id, PREFIX + HexFormat.of().formatHex(hash).substring(0, HASH_CHARACTERS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
