package io.holdfast.model.error;

import java.util.List;
import java.util.function.Function;

/** A value, or everything that is wrong with what it should have been made of. */
public sealed interface Outcome<T> {

    record Ok<T>(T value) implements Outcome<T> {}

    /** @param errors at least one */
    record Refused<T>(List<Rejected> errors) implements Outcome<T> {
        public Refused {
            errors = List.copyOf(errors);
            if (errors.isEmpty()) {
                throw new IllegalArgumentException("a refusal needs a reason");
            }
        }
    }

    static <T> Outcome<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Outcome<T> refused(Rejected error) {
        return new Refused<>(List.of(error));
    }

    static <T> Outcome<T> refused(List<Rejected> errors) {
        return new Refused<>(errors);
    }

    default <R> R fold(Function<T, R> ok, Function<List<Rejected>, R> refused) {
        return this instanceof Ok<T> o ? ok.apply(o.value()) : refused.apply(((Refused<T>) this).errors());
    }
}
