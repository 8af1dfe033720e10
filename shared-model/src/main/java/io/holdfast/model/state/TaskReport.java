package io.holdfast.model.state;

/**
 * What an agent observed of one task.
 *
 * @param reason empty, or why it is where it is: {@code oom-killed}, {@code exit status unknown}, a failed step of its start
 * @param restarts how often it was started again on this node
 */
public record TaskReport(
        String name,
        TaskState state,
        TaskExit exit,
        String reason,
        int restarts,
        long startedAtMillis,
        long finishedAtMillis) {}
