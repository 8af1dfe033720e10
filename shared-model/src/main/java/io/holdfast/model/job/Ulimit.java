package io.holdfast.model.job;

/** Bounds of one resource of a process, getrlimit(2): the soft one may be raised up to the hard one. */
public record Ulimit(long soft, long hard) {
    public Ulimit {
        if (soft < 0 || hard < soft) {
            throw new IllegalArgumentException("a soft limit of " + soft + " is not 0 to " + hard + ", the hard one");
        }
    }
}
