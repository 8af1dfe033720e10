package io.holdfast.agent.keeper;

import io.holdfast.keeper.api.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A program that runs in a container beside the container's own, or the terminal of the container's own: what one {@link
 * KeeperClient#exec} or {@link KeeperClient#attach} opened. On the client's context only.
 */
public interface ExecSession {

    /** The most input that waits here for a program which does not read it. */
    int MAX_QUEUED_INPUT_BYTES = 1 << 20;

    enum Stream {
        /** Also all output of a terminal. */
        STDOUT,
        STDERR
    }

    /** What the owner is told, on the client's context. {@link #ended} or {@link #broken} comes once and last. */
    interface Listener {

        /** Bytes as they came; a chunk may end within a character. */
        void output(Stream stream, Buffer bytes);

        /** All input given so far is on its way: {@link ExecSession#inputFull} is false again. */
        default void drained() {}

        /** It has ended, and all its output was told. */
        void ended(Reply.Exit exit);

        /** The connection was lost before the end: how the program ends is not known. Not told after {@link ExecSession#close}. */
        void broken(KeeperException why);
    }

    /** Of the program, as the host numbers it. */
    int pid();

    /**
     * Gives input, in any size. Completes when it was handed to the keeper, which takes no more than the program reads; fails at
     * once with {@link KeeperException#BUSY}, and takes nothing, when more than {@link #MAX_QUEUED_INPUT_BYTES} would wait.
     */
    Future<Void> write(Buffer input);

    /** Whether input waits here: the time to stop reading its source until {@link Listener#drained}. */
    boolean inputFull();

    /** The program reads an end after what was given; a terminal is typed its end-of-file character. */
    void closeInput();

    /** Of the terminal; without one nothing happens. */
    void resize(int rows, int columns);

    /** To the program, by number. */
    void signal(int signal);

    /** No more output for now, but for what has arrived already: at most some 100 KiB. The program is held up by it. */
    void pauseOutput();

    void resumeOutput();

    /** Hangs up: an exec's program gets HUP and, some seconds later, KILL; an attached container runs on. Idempotent. */
    void close();
}
