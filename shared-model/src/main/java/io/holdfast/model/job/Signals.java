package io.holdfast.model.job;

import java.util.List;
import java.util.Locale;

/** Signals by name; the numbers are those of x86-64 and arm64 alike, signal(7). */
public final class Signals {
    public static final String DEFAULT_STOP = "SIGTERM";

    /** In the order of their numbers, from 1. */
    private static final List<String> NAMES = List.of(
            "SIGHUP",
            "SIGINT",
            "SIGQUIT",
            "SIGILL",
            "SIGTRAP",
            "SIGABRT",
            "SIGBUS",
            "SIGFPE",
            "SIGKILL",
            "SIGUSR1",
            "SIGSEGV",
            "SIGUSR2",
            "SIGPIPE",
            "SIGALRM",
            "SIGTERM",
            "SIGSTKFLT",
            "SIGCHLD",
            "SIGCONT",
            "SIGSTOP",
            "SIGTSTP",
            "SIGTTIN",
            "SIGTTOU",
            "SIGURG",
            "SIGXCPU",
            "SIGXFSZ",
            "SIGVTALRM",
            "SIGPROF",
            "SIGWINCH",
            "SIGIO",
            "SIGPWR",
            "SIGSYS");

    private Signals() {}

    public static List<String> names() {
        return NAMES;
    }

    /** Of one of {@link #names}. */
    public static int number(String name) {
        int number = NAMES.indexOf(name) + 1;
        if (number == 0) {
            throw new IllegalArgumentException(name + " is not a signal");
        }
        return number;
    }

    /** As {@link #names} have it; {@code quit} and {@code QUIT} are SIGQUIT. What is none of them stays as it is. */
    public static String normal(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        String whole = upper.startsWith("SIG") ? upper : "SIG" + upper;
        return NAMES.contains(whole) ? whole : text;
    }
}
