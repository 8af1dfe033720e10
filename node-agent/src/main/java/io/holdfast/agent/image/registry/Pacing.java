package io.holdfast.agent.image.registry;

/**
 * How long is waited for a registry, and how often it is asked again.
 *
 * @param connectMillis until a connection stands, TLS included
 * @param responseMillis from a request to the head of its answer
 * @param stallMillis in which at least one byte of a body must come
 * @param attempts of one piece at the origin, the first included
 * @param mirrorAttempts at a mirror, after which the next is asked
 * @param firstWaitMillis before the second attempt; doubled for each that follows
 * @param longestWaitMillis between two attempts
 * @param longestRetryAfterMillis that a registry's {@code Retry-After} is heeded for
 * @param progressBytes after which a transfer that is cut counts as a fresh one
 */
public record Pacing(
        long connectMillis,
        long responseMillis,
        long stallMillis,
        int attempts,
        int mirrorAttempts,
        long firstWaitMillis,
        long longestWaitMillis,
        long longestRetryAfterMillis,
        long progressBytes) {

    public static final Pacing DEFAULT = new Pacing(10_000, 30_000, 30_000, 6, 2, 500, 15_000, 60_000, 1 << 20);

    /** Of looking up a tag: who asks asks again, and rather hears soon that it cannot be said now. */
    public static final Pacing LOOKUP = new Pacing(3_000, 8_000, 8_000, 2, 1, 500, 500, 1_000, 1 << 20);

    public Pacing {
        if (attempts < 1 || mirrorAttempts < 1 || firstWaitMillis < 0 || longestWaitMillis < firstWaitMillis) {
            throw new IllegalArgumentException("attempts must be at least 1, and waits grow");
        }
    }
}
