package io.holdfast.model.state;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** A life cycle's table: which state may follow which. Staying where one is is always allowed. */
public final class LifeCycle<S extends Enum<S>> {
    private final Map<S, Set<S>> next;

    private LifeCycle(Map<S, Set<S>> next) {
        this.next = next;
    }

    public boolean allows(S from, S to) {
        return from == to || next.getOrDefault(from, Set.of()).contains(to);
    }

    public boolean terminal(S state) {
        return next.getOrDefault(state, Set.of()).isEmpty();
    }

    static <S extends Enum<S>> Builder<S> of(Class<S> type) {
        return new Builder<>(type);
    }

    static final class Builder<S extends Enum<S>> {
        private final Class<S> type;
        private final Map<S, Set<S>> next;

        private Builder(Class<S> type) {
            this.type = type;
            this.next = new EnumMap<>(type);
        }

        @SafeVarargs
        final Builder<S> row(S from, S... to) {
            Set<S> set = EnumSet.noneOf(type);
            for (S state : to) {
                set.add(state);
            }
            next.put(from, set);
            return this;
        }

        /** @throws IllegalStateException if a constant has no row: it would be taken for a terminal state */
        LifeCycle<S> build() {
            for (S state : type.getEnumConstants()) {
                if (!next.containsKey(state)) {
                    throw new IllegalStateException(
                            "the life cycle of " + type.getSimpleName() + " has no row for " + state);
                }
            }
            return new LifeCycle<>(next);
        }
    }
}
