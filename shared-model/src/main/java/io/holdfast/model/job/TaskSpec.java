package io.holdfast.model.job;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One container.
 *
 * <p>What a {@link Image#layered layered} image's configuration says too may be empty here: then that holds.
 *
 * @param pull of no meaning where the image is not layered
 * @param command program and arguments, in place of the image's entrypoint and command; empty for these
 * @param args behind the command, or behind the image's entrypoint in place of its command
 * @param env names to values, over the image's
 * @param user {@code uid} or {@code uid:gid}, numbers inside the container, or {@code name} or {@code name:group} as its
 *     /etc/passwd and /etc/group have them; empty for the image's
 * @param workDir absolute; empty for the image's
 * @param stopSignal one of {@link Signals#names}; empty for the image's
 * @param stopGraceMillis between the stop signal and the kill
 * @param init whether its program runs below an init that reaps orphans and hands signals on
 */
public record TaskSpec(
        String name,
        Image image,
        PullPolicy pull,
        List<String> command,
        List<String> args,
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
        Objects.requireNonNull(pull, "pull");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(workDir, "workDir");
        Objects.requireNonNull(confinement, "confinement");
        Objects.requireNonNull(resources, "resources");
        command = List.copyOf(command);
        args = List.copyOf(args);
        if (!image.layered() && (command.isEmpty() || user.isEmpty() || workDir.isEmpty() || stopSignal.isEmpty())) {
            throw new IllegalArgumentException(
                    "task " + name + " needs a command, a user, a working directory and a stop signal: image "
                            + image.reference() + " has none");
        }
        if (!stopSignal.isEmpty()) {
            Signals.number(stopSignal);
        }
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    }

    /** Fetched where it is absent, without further arguments, ended by TERM, without an init, confined as usual. */
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
                PullPolicy.IF_ABSENT,
                command,
                List.of(),
                env,
                user,
                workDir,
                Signals.DEFAULT_STOP,
                stopGraceMillis,
                false,
                Confinement.USUAL,
                resources);
    }

    /** The same task with another image of the same kind. */
    TaskSpec with(Image other) {
        return new TaskSpec(
                name,
                other,
                pull,
                command,
                args,
                env,
                user,
                workDir,
                stopSignal,
                stopGraceMillis,
                init,
                confinement,
                resources);
    }
}
