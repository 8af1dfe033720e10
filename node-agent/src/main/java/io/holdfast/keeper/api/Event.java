package io.holdfast.keeper.api;

/** What a watching client is told unasked. A hint to look: {@code list} has the truth. */
public sealed interface Event {

    /** A container has ended. */
    record Exited(String container, String sandbox, Reply.Exit exit) implements Event {}
}
