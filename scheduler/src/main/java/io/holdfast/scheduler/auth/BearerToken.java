package io.holdfast.scheduler.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A shared secret. Only its digest is kept, and the comparison's time tells neither its length nor a common beginning. */
public final class BearerToken {
    private static final String SCHEME = "bearer ";

    private final byte[] digest;

    public BearerToken(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("an empty token would let everybody in");
        }
        this.digest = digest(secret);
    }

    /** @param authorization the header; null when there is none */
    public boolean admits(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        String given = authorization.substring(SCHEME.length()).trim();
        return MessageDigest.isEqual(digest, digest(given));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "a token";
    }
}
