package io.holdfast.placement.repack;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much may be disturbed.
 *
 * @param moves in all
 * @param movesPerGroup of the allocations of each group; those of no group are bounded by {@code moves} alone
 * @param movesByGroup other limits of some groups
 * @param staying ids of allocations that may not be moved
 */
public record Budget(int moves, int movesPerGroup, Map<String, Integer> movesByGroup, Set<String> staying) {
    public static final Budget UNLIMITED = of(Integer.MAX_VALUE);

    public Budget {
        atLeastNone("a budget of " + moves + " moves", moves);
        atLeastNone("a limit of " + movesPerGroup + " moves for each group", movesPerGroup);
        movesByGroup.forEach((group, limit) -> atLeastNone("a limit of " + limit + " moves for group " + group, limit));
        movesByGroup = Collections.unmodifiableMap(new TreeMap<>(movesByGroup));
        staying = Set.copyOf(staying);
    }

    public static Budget of(int moves) {
        return new Budget(moves, Integer.MAX_VALUE, Map.of(), Set.of());
    }

    public Budget withMovesPerGroup(int each, Map<String, Integer> others) {
        return new Budget(moves, each, others, staying);
    }

    public Budget withStaying(String... ids) {
        return new Budget(moves, movesPerGroup, movesByGroup, Set.of(ids));
    }

    int of(String group) {
        return group.isEmpty() ? Integer.MAX_VALUE : movesByGroup.getOrDefault(group, movesPerGroup);
    }

    private static void atLeastNone(String what, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException(what + " is below 0");
        }
    }
}
