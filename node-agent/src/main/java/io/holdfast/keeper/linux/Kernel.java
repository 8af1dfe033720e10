package io.holdfast.keeper.linux;

/**
 * The one seam for native calls: the real kernel ({@link JnrKernel}) or a recording fake in tests. Thread-safe.
 */
public interface Kernel {

    /**
     * Makes one system call.
     *
     * @param args up to six of {@code Integer}, {@code Long}, {@code String} (handed over as NUL-terminated UTF-8), {@link Memory}
     * @return the call's result, never negative
     * @throws ErrnoException what the kernel answered, with the call and its arguments
     */
    long call(Call call, Object... args) throws ErrnoException;

    /** Walks a launch program from its first row until an end row; errors stand in the rows. */
    void run(long firstRowAddress);
}
