package io.holdfast.model.document;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects everything that is wrong with a document, up to a bound: a hostile one can be wrong in a million places. */
public final class Problems {
    /** More are counted, not kept. */
    public static final int MAX = 100;

    private final List<Rejected> kept = new ArrayList<>();
    private long dropped;

    public void add(Rejected problem) {
        if (kept.size() < MAX) {
            kept.add(problem);
        } else {
            dropped++;
        }
    }

    public void add(String path, String value, String message) {
        add(Rejected.invalid(path, value, message));
    }

    /** Counts one more without keeping it: for whoever knows that this is {@link #full} and saves the wording. */
    public void count() {
        dropped++;
    }

    /** Whether more are only counted. */
    public boolean full() {
        return kept.size() >= MAX;
    }

    public boolean none() {
        return kept.isEmpty();
    }

    /** The outcome's value; or {@code otherwise}, with its errors kept here. */
    public <T> T take(Outcome<T> outcome, T otherwise) {
        return outcome.fold(value -> value, errors -> {
            errors.forEach(this::add);
            return otherwise;
        });
    }

    /** The value, made only when nothing was wrong; or all problems. */
    public <T> Outcome<T> outcome(Supplier<T> value) {
        if (none()) {
            return Outcome.ok(value.get());
        }
        List<Rejected> all = new ArrayList<>(kept);
        if (dropped > 0) {
            all.add(Rejected.invalid("", "", "and " + dropped + " more errors: mend these first"));
        }
        return Outcome.refused(all);
    }
}
