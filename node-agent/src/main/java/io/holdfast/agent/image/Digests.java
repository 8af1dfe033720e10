package io.holdfast.agent.image;

import io.holdfast.agent.image.ImageException.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Digests as images write them: {@code sha256:} and 64 hexadecimal digits in lower case. No other algorithm is taken. */
public final class Digests {
    private static final String PREFIX = "sha256:";
    private static final Pattern VALID = Pattern.compile("sha256:[0-9a-f]{64}");

    private Digests() {}

    public static boolean valid(String digest) {
        return VALID.matcher(digest).matches();
    }

    /** The digest itself; it ends up in paths and URLs, so nothing else passes. */
    public static String checked(String digest, String what) throws ImageException {
        if (!valid(digest)) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    what + " has the digest '" + ImageException.shown(digest)
                            + "', and only sha256: with 64 hexadecimal digits is supported");
        }
        return digest;
    }

    /** The part after the colon. */
    public static String hex(String digest) {
        return digest.substring(PREFIX.length());
    }

    public static String of(byte[] bytes) {
        return PREFIX + HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /** Of all that was fed to it; resets it. */
    static String of(MessageDigest fed) {
        return PREFIX + HexFormat.of().formatHex(fed.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
