package io.holdfast.cli.output;

import java.util.Set;

/** States in colour: green is well, red is not, yellow is on its way. */
final class Colours {
    private static final Set<String> GOOD = Set.of("running", "complete", "ready", "healthy");
    private static final Set<String> BAD = Set.of("failed", "lost");
    private static final Set<String> CHANGING =
            Set.of("pending", "starting", "updating", "stopping", "draining", "disconnected");

    private Colours() {}

    static String state(String text, String state, boolean enabled) {
        if (!enabled) {
            return text;
        }
        if (GOOD.contains(state)) {
            return "\u001b[32m" + text + "\u001b[0m";
        }
        if (BAD.contains(state)) {
            return "\u001b[31m" + text + "\u001b[0m";
        }
        return CHANGING.contains(state) ? "\u001b[33m" + text + "\u001b[0m" : text;
    }
}
