package io.holdfast.placement.request;

import io.holdfast.model.job.Constraint;
import java.util.List;
import java.util.Objects;

/**
 * What a node must fulfil, whatever its room.
 *
 * @param pool the node pool; empty for any
 * @param datacenters any of these; empty for all
 * @param distinctNode whether no two siblings may share a node
 * @param distinctValues how many siblings may share the value of an attribute
 * @param apartFrom jobs that may not share a node with it, whichever comes first
 */
public record Requirements(
        String pool,
        List<String> datacenters,
        List<Constraint> constraints,
        List<Ability> abilities,
        boolean distinctNode,
        List<DistinctValue> distinctValues,
        List<String> apartFrom) {
    public static final Requirements NONE =
            new Requirements("", List.of(), List.of(), List.of(), false, List.of(), List.of());

    /**
     * Something that a node's kernel or its owner must allow.
     *
     * @param word as it stands in reasons
     * @param constraint that says it of a node
     */
    public record Ability(String word, Constraint constraint) {}

    /** @param limit of siblings with the same value; a node without the attribute takes none */
    public record DistinctValue(String attribute, int limit) {
        public DistinctValue {
            if (limit < 1) {
                throw new IllegalArgumentException(
                        "a limit of " + limit + " siblings for each value of " + attribute + " is below 1");
            }
        }
    }

    public Requirements {
        Objects.requireNonNull(pool, "pool");
        datacenters = List.copyOf(datacenters);
        constraints = List.copyOf(constraints);
        abilities = List.copyOf(abilities);
        distinctValues = List.copyOf(distinctValues);
        apartFrom = List.copyOf(apartFrom);
    }

    public Requirements in(String onePool, List<String> someDatacenters) {
        return new Requirements(
                onePool, someDatacenters, constraints, abilities, distinctNode, distinctValues, apartFrom);
    }

    public Requirements withConstraints(List<Constraint> other) {
        return new Requirements(pool, datacenters, other, abilities, distinctNode, distinctValues, apartFrom);
    }

    public Requirements withAbilities(Ability... other) {
        return new Requirements(
                pool, datacenters, constraints, List.of(other), distinctNode, distinctValues, apartFrom);
    }

    public Requirements onDistinctNodes() {
        return new Requirements(pool, datacenters, constraints, abilities, true, distinctValues, apartFrom);
    }

    public Requirements withDistinct(DistinctValue... other) {
        return new Requirements(pool, datacenters, constraints, abilities, distinctNode, List.of(other), apartFrom);
    }

    public Requirements apartFrom(String... jobs) {
        return new Requirements(pool, datacenters, constraints, abilities, distinctNode, distinctValues, List.of(jobs));
    }
}
