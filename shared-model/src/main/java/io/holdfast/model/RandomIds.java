package io.holdfast.model;

import java.util.random.RandomGenerator;

/**
 * Ids of 130 random bits in Crockford's base 32 (no i, l, o, u, which people misread). Random rather than counted, so that
 * nothing has to be remembered for them to stay unique; prefixes of six already tell thousands apart.
 */
public final class RandomIds implements IdSource {
    /** Characters of an id. */
    public static final int LENGTH = 26;

    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

    private final RandomGenerator random;

    /** @param random a {@link java.security.SecureRandom} in production, since ids are shown where guessing them may help */
    public RandomIds(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public synchronized String next() {
        char[] id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            id[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return new String(id);
    }
}
