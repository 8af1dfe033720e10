package io.holdfast.model.job;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
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

    public static final String DEFAULT_USER = "0";
    public static final String DEFAULT_WORK_DIR = "/";
    public static final long DEFAULT_STOP_GRACE_MILLIS = 10_000;

    public TaskSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(workDir, "workDir");
        Objects.requireNonNull(resources, "resources");
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("task " + name + " needs a command");
        }
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    }
}
