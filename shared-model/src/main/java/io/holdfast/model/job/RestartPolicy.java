package io.holdfast.model.job;

/**
 * What an agent does when a task ends that should not have: a service's task is started again without end, a batch's up to
 * {@code attempts} times. The delay doubles each time up to {@link #MAX_DELAY_MILLIS}.
 */
public record RestartPolicy(int attempts, long delayMillis) {
    public static final RestartPolicy DEFAULT = new RestartPolicy(3, 1_000);

    /** The longest back-off between two starts. */
    public static final long MAX_DELAY_MILLIS = 60_000;
}
