package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import java.util.Map;

/** The agent's own words on the keeper's records, and how they are read back. */
public final class Annotations {
    public static final String CLUSTER = "holdfast.cluster";
    public static final String ALLOCATION = "holdfast.allocation";
    public static final String JOB = "holdfast.job";
    public static final String TASK = "holdfast.task";
    /** Which run of its task a container is, from 0. */
    public static final String ATTEMPT = "holdfast.attempt";
    /** How many runs before this one ended soon after their start, one after another: what the back-off doubles by. */
    public static final String STREAK = "holdfast.streak";
    /** The task's grace, so that it can be stopped well also when its specification is not at hand. */
    public static final String STOP_GRACE = "holdfast.stop-grace-millis";
    /** The number of the signal that asks it to end, where it is not TERM. */
    public static final String STOP_SIGNAL = "holdfast.stop-signal";

    private Annotations() {}

    /** Whether the agent made this sandbox; others' are never touched. */
    static boolean ours(Reply.SandboxStatus sandbox) {
        return sandbox.annotations().containsKey(CLUSTER)
                && sandbox.annotations().containsKey(ALLOCATION);
    }

    static String task(Reply.ContainerStatus container) {
        return container.annotations().getOrDefault(TASK, "");
    }

    static int attempt(Reply.ContainerStatus container) {
        return (int) number(container.annotations(), ATTEMPT, 0);
    }

    static int streak(Reply.ContainerStatus container) {
        return (int) number(container.annotations(), STREAK, 0);
    }

    static long stopGraceMillis(Reply.ContainerStatus container, long otherwise) {
        return number(container.annotations(), STOP_GRACE, otherwise);
    }

    static int stopSignal(Reply.ContainerStatus container, int otherwise) {
        return (int) number(container.annotations(), STOP_SIGNAL, otherwise);
    }

    private static long number(Map<String, String> annotations, String name, long otherwise) {
        String text = annotations.getOrDefault(name, "");
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : otherwise;
    }
}
