package io.holdfast.placement.request;

import io.holdfast.model.job.Constraint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node had better fulfil.
 *
 * @param layers of its images as far as they are known: nodes that have them are preferred
 */
public record Preferences(List<Affinity> affinities, List<Spread> spreads, List<Layer> layers) {
    /** More than this is no weight. */
    public static final int MAX_WEIGHT = 100;

    public static final Preferences NONE = new Preferences(List.of(), List.of(), List.of());

    /** @param weight towards such nodes, -100 to 100 without 0; below 0 away from them */
    public record Affinity(Constraint constraint, int weight) {
        public Affinity {
            if (weight == 0 || Math.abs(weight) > MAX_WEIGHT) {
                throw new IllegalArgumentException("an affinity of weight " + weight + " is not -" + MAX_WEIGHT + " to "
                        + MAX_WEIGHT + " without 0");
            }
        }
    }

    /**
     * Siblings over the values of an attribute.
     *
     * @param weight beside the group's other spreads, 1 to 100
     * @param percents how much of the group each value is to have; what is left of 100 goes to the other values, each the same;
     *     empty: all the same
     */
    public record Spread(String attribute, int weight, Map<String, Integer> percents) {
        public Spread {
            percents = Collections.unmodifiableMap(new TreeMap<>(percents));
            if (weight < 1 || weight > MAX_WEIGHT) {
                throw new IllegalArgumentException("a spread of weight " + weight + " is not 1 to " + MAX_WEIGHT);
            }
            int sum = 0;
            for (int percent : percents.values()) {
                if (percent < 0 || percent > 100) {
                    throw new IllegalArgumentException(
                            percent + " percent of a spread over " + attribute + " are not 0 to 100");
                }
                sum += percent;
            }
            if (sum > 100) {
                throw new IllegalArgumentException(
                        "the shares of a spread over " + attribute + " are " + sum + " percent, above 100");
            }
        }

        public static Spread evenly(String attribute) {
            return new Spread(attribute, MAX_WEIGHT, Map.of());
        }
    }

    /**
     * A layer of an image.
     *
     * @param hash as of {@link io.holdfast.model.state.LayerHashes#hash}
     * @param bytes that a node without it has to fetch
     */
    public record Layer(long hash, long bytes) {}

    public Preferences {
        affinities = List.copyOf(affinities);
        spreads = List.copyOf(spreads);
        layers = List.copyOf(layers);
    }

    public Preferences with(Affinity... other) {
        return new Preferences(List.of(other), spreads, layers);
    }

    public Preferences with(Spread... other) {
        return new Preferences(affinities, List.of(other), layers);
    }

    public Preferences with(List<Layer> other) {
        return new Preferences(affinities, spreads, other);
    }
}
