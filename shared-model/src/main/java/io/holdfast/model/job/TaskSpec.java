package io.holdfast.model.job;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One container.
 *
 * @param command program and arguments, not empty
 * @param env names to values
 * @param user {@code uid} or {@code uid:gid}, numbers inside the container
 * @param workDir absolute
 * @param stopGraceMillis between the stop signal and the kill
 */
public record TaskSpec(
        String name,
        Image image,
        List<String> command,
        SortedMap<String, String> env,
        String user,
        String workDir,
        long stopGraceMillis,
        Resources resources) {

    public static final long DEFAULT_STOP_GRACE_MILLIS = 10_000;

    public TaskSpec {
        command = List.copyOf(command);
        env = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(env));
    }
}
