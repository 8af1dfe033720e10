package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import java.util.random.RandomGenerator;

/** Asks again after what may pass, ever later, and not in step with other nodes that were refused at the same moment. */
final class Retry {
    private final Pacing pacing;
    private final Pause pause;
    private final RandomGenerator random;

    Retry(Pacing pacing, Pause pause, RandomGenerator random) {
        this.pacing = pacing;
        this.pause = pause;
        this.random = random;
    }

    interface Attempt<T> {
        T make() throws Trouble;
    }

    <T> T run(int attempts, Attempt<T> attempt) throws ImageException {
        for (int failures = 1; ; failures++) {
            try {
                return attempt.make();
            } catch (Trouble trouble) {
                if (!trouble.again() || failures >= attempts) {
                    throw given(trouble, failures);
                }
                await(failures, trouble);
            }
        }
    }

    /** What is told when no more attempts are made. */
    static ImageException given(Trouble trouble, int failures) {
        ImageException error = trouble.error();
        return failures == 1
                ? error
                : new ImageException(
                        error.kind(), error.getMessage() + " (tried " + failures + " times)", error.getCause());
    }

    /** @param failures so far, at least 1 */
    void await(int failures, Trouble trouble) throws ImageException {
        long doubled = pacing.firstWaitMillis() << Math.min(failures - 1, 30);
        long longest = Math.min(pacing.longestWaitMillis(), doubled);
        long wait = longest / 2 + (longest > 1 ? random.nextLong(longest - longest / 2 + 1) : 0);
        long asked = Math.min(trouble.retryAfterMillis(), pacing.longestRetryAfterMillis());
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            pause.millis(Math.max(wait, asked));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException(Kind.TEMPORARY, "the pull was interrupted", e);
        }
    }
}
