package io.holdfast.placement.table;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.request.Requirements.DistinctValue;
import java.util.List;
import java.util.stream.Stream;

/** What an ask tells nodes apart by, beside their room: nodes that agree in it are equal to the ask. */
public record Features(List<String> attributes, List<Affinity> affinities) {
    static final Features NONE = new Features(List.of(), List.of());

    static Features of(Ask ask) {
        if (ask.preferences().spreads().isEmpty()
                && ask.preferences().affinities().isEmpty()
                && ask.requirements().distinctValues().isEmpty()) {
            return NONE;
        }
        return new Features(
                Stream.concat(
                                ask.preferences().spreads().stream().map(Spread::attribute),
                                ask.requirements().distinctValues().stream().map(DistinctValue::attribute))
                        .distinct()
                        .sorted()
                        .toList(),
                ask.preferences().affinities());
    }
}
