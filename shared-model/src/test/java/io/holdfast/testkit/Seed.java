package io.holdfast.testkit;

import io.holdfast.model.IdSource;
import io.holdfast.model.RandomIds;
import java.util.SplittableRandom;

/**
 * Chance that a test can repeat. {@code -Dholdfast.seed=N} replaces the seed of every test that draws through here; a failing
 * test names it: {@code as(seed.toString())}.
 */
public record Seed(long value) {

    /** @param usual the seed when none is given from outside */
    public static Seed of(long usual) {
        return new Seed(Long.getLong("holdfast.seed", usual));
    }

    public SplittableRandom random() {
        return new SplittableRandom(value);
    }

    /** Ids as in production, the same for the same seed. */
    public IdSource ids() {
        return new RandomIds(random());
    }

    @Override
    public String toString() {
        return "repeat with -Dholdfast.seed=" + value;
    }
}
