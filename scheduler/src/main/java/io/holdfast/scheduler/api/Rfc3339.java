package io.holdfast.scheduler.api;

import java.time.Instant;

/** Times as the API writes them: UTC. */
final class Rfc3339 {
    private Rfc3339() {}

    static String text(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** {@code null}, which JSON has for it, when {@code millis} is 0: it has not happened. */
    static String orNull(long millis) {
        return millis == 0 ? null : text(millis);
    }
}
