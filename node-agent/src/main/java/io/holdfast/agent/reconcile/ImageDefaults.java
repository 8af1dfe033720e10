package io.holdfast.agent.reconcile;

import io.holdfast.agent.image.ImageConfig;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.job.Signals;
import io.holdfast.model.job.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A task over its image's configuration: what the task says counts, what it leaves open is the image's (image-spec, config.md). */
record ImageDefaults(TaskSpec task, ImageConfig config) {
    private static final Pattern REAL_TIME = Pattern.compile("(?:SIG)?RTMIN(?:\\+([0-9]{1,2}))?");

    /** Of the C library's real-time signals, the first (signal(7)); images with systemd end by the third after it. */
    private static final int FIRST_REAL_TIME = 34;

    private static final int LAST_SIGNAL = 64;

    /** The whole command line; empty where neither says what to run. */
    List<String> args() {
        List<String> args = new ArrayList<>(task.command().isEmpty() ? config.entrypoint() : task.command());
        args.addAll(task.args().isEmpty() && task.command().isEmpty() ? config.command() : task.args());
        return args;
    }

    SortedMap<String, String> env() {
        SortedMap<String, String> env = new TreeMap<>();
        for (String line : config.env()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                env.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        env.putAll(task.env());
        return env;
    }

    /** The image's is always looked up in the image: the group of a number is the one that its /etc/passwd has for it, else 0. */
    Spec.User user() {
        if (!task.user().isEmpty()) {
            return TaskUsers.parse(task.user());
        }
        return config.user().isEmpty()
                ? TaskUsers.parse(TaskSpec.DEFAULT_USER)
                : new Spec.User(0, 0, List.of(), Spec.User.DEFAULT_UMASK, config.user());
    }

    String workDir() {
        String named = task.workDir().isEmpty() ? config.workDir() : task.workDir();
        return named.startsWith("/") ? named : TaskSpec.DEFAULT_WORK_DIR + named;
    }

    /** What asks it to end; the default where the image's word is no signal. */
    int stopSignal() {
        if (!task.stopSignal().isEmpty()) {
            return Signals.number(task.stopSignal());
        }
        String named = config.stopSignal();
        if (Signals.names().contains(Signals.normal(named))) {
            return Signals.number(Signals.normal(named));
        }
        Matcher realTime = REAL_TIME.matcher(named);
        int number = realTime.matches()
                ? FIRST_REAL_TIME + (realTime.group(1) == null ? 0 : Integer.parseInt(realTime.group(1)))
                : named.matches("[0-9]{1,2}") ? Integer.parseInt(named) : 0;
        return number > 0 && number <= LAST_SIGNAL ? number : Signals.number(Signals.DEFAULT_STOP);
    }
}
