package io.holdfast.model.state;

/** How a task's last run ended. */
public sealed interface TaskExit {

    /** It has not. */
    record None() implements TaskExit {}

    record Code(int code) implements TaskExit {}

    record Signal(int signal) implements TaskExit {}

    /** It ended and nobody saw how. */
    record Unknown() implements TaskExit {}

    TaskExit NONE = new None();
    TaskExit UNKNOWN = new Unknown();

    default boolean success() {
        return this instanceof Code c && c.code() == 0;
    }
}
