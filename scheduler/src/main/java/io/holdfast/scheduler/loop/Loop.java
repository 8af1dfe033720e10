package io.holdfast.scheduler.loop;

/**
 * The one thread that the core runs on, as its parts see it: so that a test can be that thread, with time that stands still
 * until it is told to move.
 */
public interface Loop {

    /** From any thread: runs the task on the loop, later. */
    void execute(Runnable task);

    /** On the loop only: runs the task there once that much time has passed. */
    Timer after(long delayMillis, Runnable task);

    interface Timer {
        /** It does not run any more. Once it has run, nothing. */
        void cancel();
    }
}
