package io.holdfast.model.job;

/** How a changed specification reaches running instances: one index at a time, each healthy for so long before the next. */
public record UpdatePolicy(long minHealthyMillis) {
    public static final UpdatePolicy DEFAULT = new UpdatePolicy(10_000);
}
