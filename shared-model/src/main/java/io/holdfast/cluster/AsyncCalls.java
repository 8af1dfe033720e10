package io.holdfast.cluster;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes Hazelcast's asynchronous calls truly so, and brings their answers home.
 *
 * <p>Even a {@code ...Async} call may block its caller: the first value of each Compact schema is serialized only after the
 * schema has been replicated, and the first one read asks the cluster for it. And without an executor the callbacks run on
 * Hazelcast's threads, or, on a machine with two cores, each on a new thread of its own. So every call is made, and its answer
 * decoded, on one thread of this object's own, and completed on the caller's executor.
 */
public final class AsyncCalls implements AutoCloseable {

    /** More calls than this waiting for the thread are refused: it hangs, or somebody asks in a loop. */
    public static final int MAX_QUEUED = 4_096;

    private final Executor answers;
    private final ThreadPoolExecutor thread;

    /**
     * @param name of the thread
     * @param answers where the answers are to come: an event loop
     */
    public AsyncCalls(String name, Executor answers) {
        this.answers = answers;
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_QUEUED), task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Calls, from any thread, without blocking it.
     *
     * @return completes on the executor for answers, exactly once; fails with the fault itself, not wrapped
     */
    public <T> CompletionStage<T> call(Supplier<CompletionStage<T>> operation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!run(() -> begin(operation, answer))) {
            fail(
                    answer,
                    new RejectedExecutionException(
                            "no more than " + MAX_QUEUED + " calls to hazelcast may wait, and none once it is closed"));
        }
        return answer;
    }

    /** Runs something that blocks on the thread. {@code false} when it is closed or too much waits already. */
    public boolean run(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Tells something on the executor for answers. */
    public void tell(Runnable notice) {
        answers.execute(notice);
    }

    /** What was given runs to its end, nothing more is taken. */
    @Override
    public void close() {
        thread.shutdown();
    }

    private <T> void begin(Supplier<CompletionStage<T>> operation, CompletableFuture<T> answer) {
        CompletionStage<T> call;
        try {
            call = operation.get();
        } catch (RuntimeException fault) {
            fail(answer, fault);
            return;
        }
        // decoded on this thread while it lives; one that is closing lets the caller of complete do it
        call.whenCompleteAsync(
                (value, fault) -> {
                    if (fault == null) {
                        answers.execute(() -> answer.complete(value));
                    } else {
                        fail(answer, unwrap(fault));
                    }
                },
                task -> {
                    if (!run(task)) {
                        task.run();
                    }
                });
    }

    private void fail(CompletableFuture<?> answer, Throwable fault) {
        answers.execute(() -> answer.completeExceptionally(fault));
    }

    private static Throwable unwrap(Throwable fault) {
        Throwable at = fault;
        while (at instanceof CompletionException && at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }
}
