package io.holdfast.model.job;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a group's instances are to be, beside the constraints on each node: what is only preferred, and what must hold between
 * instances.
 *
 * @param spreads over whose values the instances are to be spread; no attribute twice
 * @param affinities towards or away from which nodes
 * @param distinctNode whether no two instances of the group may share a node
 * @param distinct how many of them may share the value of an attribute; no attribute twice
 * @param apartFrom names of jobs of the same project that may not share a node with it, whichever comes first
 * @param allOrNothing whether all instances that are missing are placed in one pass, or none
 */
public record PlacementPolicy(
        List<Spread> spreads,
        List<Affinity> affinities,
        boolean distinctNode,
        List<Distinct> distinct,
        List<String> apartFrom,
        boolean allOrNothing) {
    public static final PlacementPolicy NONE =
            new PlacementPolicy(List.of(), List.of(), false, List.of(), List.of(), false);

    public PlacementPolicy {
        spreads = List.copyOf(spreads);
        affinities = List.copyOf(affinities);
        distinct = List.copyOf(distinct);
        apartFrom = List.copyOf(apartFrom);
    }

    /**
     * @param weight beside the group's other spreads, 1 to 100
     * @param percents how much of the group each value is to have; what is left of 100 goes to the other values, each the same
     */
    public record Spread(String attribute, int weight, SortedMap<String, Integer> percents) {
        public Spread {
            Objects.requireNonNull(attribute, "attribute");
            percents = Collections.unmodifiableSortedMap(new TreeMap<>(percents));
        }
    }

    /** @param weight towards nodes that meet it, -100 to 100 without 0; below 0 away from them */
    public record Affinity(Constraint constraint, int weight) {
        public Affinity {
            Objects.requireNonNull(constraint, "constraint");
        }
    }

    /** @param limit of instances where the attribute has the same value; at least 1 */
    public record Distinct(String attribute, int limit) {
        public Distinct {
            Objects.requireNonNull(attribute, "attribute");
        }
    }
}
