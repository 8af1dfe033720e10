package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.vertx.core.Future;
import java.util.List;

/**
 * Carries a problem through a chain of futures to where it is answered. Never leaves this package, and has no stack trace:
 * it is a value that must travel as an exception.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    private Refusal(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }

    static <T> Future<T> failed(Problem problem) {
        return Future.failedFuture(new Refusal(problem));
    }

    static <T> Future<T> failed(ErrorCode code, String detail) {
        return failed(Problem.of(code, detail));
    }

    static <T> Future<T> failed(List<Rejected> errors) {
        return failed(Problem.of(errors));
    }

    /** The value, or a failed future with what is wrong. */
    static <T> Future<T> unwrap(Outcome<T> outcome) {
        return outcome.fold(Future::succeededFuture, Refusal::failed);
    }
}
