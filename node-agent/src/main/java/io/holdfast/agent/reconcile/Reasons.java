package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import io.holdfast.model.state.TaskExit;

/** How a container ended, in the words of reports. */
final class Reasons {
    static final String OOM_KILLED = "oom-killed";
    static final String STATUS_UNKNOWN = "exit status unknown";
    static final String DEADLINE_PASSED = "deadline-passed";

    /** Of what runs, and is kept from running on. */
    static final String PAUSED = "paused";

    private Reasons() {}

    static boolean paused(Reply.ContainerStatus container) {
        return container.state().equals(PAUSED);
    }

    static TaskExit exit(Reply.Exit exit) {
        if (!exit.known()) {
            return TaskExit.UNKNOWN;
        }
        return exit.signal() != 0 ? new TaskExit.Signal(exit.signal()) : new TaskExit.Code(exit.code());
    }

    /** Empty for exit code 0, whatever became of the program's children. */
    static String reason(Reply.Exit exit) {
        if (exit.reason().equals(DEADLINE_PASSED)) {
            return DEADLINE_PASSED;
        }
        if (!exit.known()) {
            return STATUS_UNKNOWN;
        }
        if (exit.signal() == 0 && exit.code() == 0) {
            return "";
        }
        if (exit.oomKilled()) {
            return OOM_KILLED;
        }
        if (!exit.reason().isEmpty()) {
            return exit.reason();
        }
        return exit.signal() != 0 ? "signal " + exit.signal() : "exit code " + exit.code();
    }
}
