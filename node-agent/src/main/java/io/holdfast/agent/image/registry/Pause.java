package io.holdfast.agent.image.registry;

/** The only way to wait between two attempts; {@code Thread::sleep}, in production. */
@FunctionalInterface
public interface Pause {
    void millis(long millis) throws InterruptedException;
}
