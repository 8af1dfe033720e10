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
 * @param user {@code uid} or {@code uid:gid}, numbers inside the container, or {@code name} or {@code name:group} as its
 *     /etc/passwd and /etc/group have them
 * @param workDir absolute
 * @param stopSignal one of {@link Signals#names}
 * @param stopGraceMillis between the stop signal and the kill
 * @param init whether its program runs below an init that reaps orphans and hands signals on
 */
public record TaskSpec(
        String name,
        Image image,
        List<String> command,
        SortedMap<String, String> env,
        String user,
        String workDir,
        String stopSignal,
        long stopGraceMillis,
        boolean init,
        Confinement confinement,
        Resources resources) {

    public static final String DEFAULT_USER = "0";
    public static final String DEFAULT_WORK_DIR = "/";
    public static final long DEFAULT_STOP_GRACE_MILLIS = 10_000;

    public TaskSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(workDir, "workDir");
        Objects.requireNonNull(confinement, "confinement");
        Objects.requireNonNull(resources, "resources");
        Signals.number(stopSignal);
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("task " + name + " needs a command");
        }
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    }

    /** Ended by TERM, without an init, confined as usual. */
    public TaskSpec(
            String name,
            Image image,
            List<String> command,
            SortedMap<String, String> env,
            String user,
            String workDir,
            long stopGraceMillis,
            Resources resources) {
        this(
                name,
                image,
                command,
                env,
                user,
                workDir,
                Signals.DEFAULT_STOP,
                stopGraceMillis,
                false,
                Confinement.USUAL,
                resources);
    }
}
