package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** What a prefix may stand for. */
final class Candidates {
    /** More are not named. */
    private static final int MAX_NAMED = 10;

    private Candidates() {}

    /** The only one; else the refusal: none, or ambiguous with the first candidates. */
    static <T> Future<T> one(List<T> hits, String noun, String prefix, Function<T, String> id) {
        if (hits.isEmpty()) {
            return Refusal.failed(ErrorCode.NOT_FOUND, "there is no " + noun + " " + prefix);
        }
        if (hits.size() == 1) {
            return Future.succeededFuture(hits.get(0));
        }
        List<String> named = hits.stream().map(id).sorted().limit(MAX_NAMED).toList();
        String detail = noun + " " + prefix + " may be any of " + hits.size() + ": give more of the id";
        return Refusal.failed(Problem.ambiguous(detail, named));
    }
}
