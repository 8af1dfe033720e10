package io.holdfast.agent;

import io.holdfast.agent.line.BootClock;
import io.holdfast.model.Clock;
import io.holdfast.model.IdSource;
import io.holdfast.model.RandomIds;
import io.holdfast.model.SystemClock;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Time, ids and chance as an agent takes them. */
public record Surroundings(Clock clock, BootClock bootClock, IdSource ids, RandomGenerator random) {

    /** The machine's own. */
    public static Surroundings system() {
        SecureRandom random = new SecureRandom();
        return new Surroundings(SystemClock.INSTANCE, BootClock.system(), new RandomIds(random), random);
    }
}
