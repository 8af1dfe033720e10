package io.holdfast.scheduler.api;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param next what to pass as {@code after}; {@code null} on the last page
 */
record Page<T>(List<T> items, String next) {

    <R> Page<R> map(Function<T, R> view) {
        return new Page<>(items.stream().map(view).toList(), next);
    }
}
