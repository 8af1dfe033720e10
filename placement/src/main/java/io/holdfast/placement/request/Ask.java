package io.holdfast.placement.request;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Resources;
import java.util.List;
import java.util.Objects;

/**
 * What all instances of one group ask for. Instances that ask for the same share one object where they can: the engine then
 * compiles it once.
 *
 * @param group whose instances are siblings, as {@code project/job/group}; empty for one that knows none
 * @param job that other asks may want to be {@link Requirements#apartFrom apart from}, as {@code project/job}; empty for none
 * @param priority the higher goes first, and may preempt the lower
 */
public record Ask(
        String group, String job, int priority, Needs needs, Requirements requirements, Preferences preferences) {
    public Ask {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(needs, "needs");
        Objects.requireNonNull(requirements, "requirements");
        Objects.requireNonNull(preferences, "preferences");
    }

    /** One of no group, that only needs room. */
    public static Ask of(Resources resources) {
        return new Ask("", "", 0, Needs.of(resources), Requirements.NONE, Preferences.NONE);
    }

    public Ask in(String job, String group) {
        return new Ask(group, job, priority, needs, requirements, preferences);
    }

    /** The same room, for what is nobody's company. */
    public Ask asStranger() {
        return new Ask("", "", priority, needs, Requirements.NONE, Preferences.NONE);
    }

    public Ask withPriority(int other) {
        return new Ask(group, job, other, needs, requirements, preferences);
    }

    public Ask with(Needs other) {
        return new Ask(group, job, priority, other, requirements, preferences);
    }

    public Ask with(Requirements other) {
        return new Ask(group, job, priority, needs, other, preferences);
    }

    public Ask with(Preferences other) {
        return new Ask(group, job, priority, needs, requirements, other);
    }

    /** The same, demanding more of attributes. */
    public Ask withConstraints(List<Constraint> constraints) {
        return with(requirements.withConstraints(constraints));
    }
}
