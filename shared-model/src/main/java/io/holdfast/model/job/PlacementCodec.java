package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.PlacementPolicy.Affinity;
import io.holdfast.model.job.PlacementPolicy.Distinct;
import io.holdfast.model.job.PlacementPolicy.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The fields of a group that say where its instances are to be, beside {@code constraints}; written only where they say something. */
final class PlacementCodec {
    /** An attribute that was no attribute: it has been told. */
    private static final String NO_ATTRIBUTE = "";

    private PlacementCodec() {}

    static PlacementPolicy decode(Fields fields) {
        return new PlacementPolicy(
                overAttributes(fields, "spread", JobLimits.MAX_SPREADS, "spreads", PlacementCodec::spread),
                affinities(fields),
                fields.value("distinctNode", false, Scalars::flag),
                overAttributes(fields, "distinct", JobLimits.MAX_DISTINCT, "limits", PlacementCodec::distinct),
                fields.distinctNames("apartFrom", JobLimits.MAX_APART_FROM, "names of jobs"),
                fields.value("allOrNothing", false, Scalars::flag));
    }

    /** Elements that each begin with the attribute that they are over, no attribute twice. */
    private static <T> List<T> overAttributes(
            Fields fields, String key, int max, String what, BiFunction<String, Fields, T> read) {
        Problems problems = fields.problems();
        List<T> all = new ArrayList<>();
        List<String> attributes = new ArrayList<>();
        for (Fields.Element element : fields.elements(key, max, what)) {
            Fields inner = element.fields(problems);
            String attribute = inner.requiredValue(
                    "over", "an attribute of nodes as '${node.datacenter}'", NO_ATTRIBUTE, PlacementCodec::attribute);
            if (!attribute.equals(NO_ATTRIBUTE) && attributes.contains(attribute)) {
                problems.add(
                        inner.path("over"),
                        "${" + attribute + "}",
                        "is that of " + key + "[" + attributes.indexOf(attribute) + "] already: put them in one");
            }
            attributes.add(attribute);
            all.add(read.apply(attribute, inner));
            inner.rejectUnknown();
        }
        return all;
    }

    private static Outcome<String> attribute(String path, JsonNode node) {
        return Scalars.text(path, node).fold(text -> Constraint.parseAttribute(path, text), Outcome::refused);
    }

    private static Spread spread(String attribute, Fields fields) {
        return new Spread(
                attribute,
                (int) fields.integer("weight", JobLimits.DEFAULT_WEIGHT, 1, JobLimits.MAX_WEIGHT),
                percents(fields));
    }

    private static SortedMap<String, Integer> percents(Fields fields) {
        Fields given = fields.mapping("percents");
        SortedMap<String, Integer> percents = new TreeMap<>();
        if (given.names().size() > JobLimits.MAX_SPREAD_VALUES) {
            fields.problems()
                    .add(
                            fields.path("percents"),
                            given.names().size() + " values",
                            "is above " + JobLimits.MAX_SPREAD_VALUES
                                    + " values, the most: leave out those that share what is left");
            return percents;
        }
        for (String value : given.names()) {
            if (value.length() > JobLimits.MAX_ATTRIBUTE_LENGTH || !Constraint.isValue(value)) {
                fields.problems()
                        .add(
                                given.path(value),
                                "",
                                "is no value of an attribute: write 1 to " + JobLimits.MAX_ATTRIBUTE_LENGTH
                                        + " characters of one line, no space at both ends");
            }
            percents.put(value, (int) given.integer(value, 0, 0, 100));
        }
        int sum = percents.values().stream().mapToInt(Integer::intValue).sum();
        if (sum > 100) {
            fields.problems()
                    .add(
                            fields.path("percents"),
                            sum + " in sum",
                            "is above 100, the whole group: lower them to 100 or less in sum");
        }
        return percents;
    }

    private static Distinct distinct(String attribute, Fields fields) {
        return new Distinct(attribute, (int) fields.integer("limit", 1, 1, GroupSpec.MAX_COUNT));
    }

    private static List<Affinity> affinities(Fields fields) {
        List<Affinity> affinities = new ArrayList<>();
        for (Fields.Element element : fields.elements("affinity", JobLimits.MAX_AFFINITIES, "affinities")) {
            Fields inner = element.fields(fields.problems());
            Constraint prefer = inner.requiredValue(
                    "prefer",
                    "what is preferred of nodes as '${node.arch} = amd64'",
                    Constraint.STAND_IN,
                    Constraint::read);
            affinities.add(
                    new Affinity(prefer, inner.value("weight", JobLimits.DEFAULT_WEIGHT, PlacementCodec::weight)));
            inner.rejectUnknown();
        }
        return affinities;
    }

    private static Outcome<Integer> weight(String path, JsonNode node) {
        return Scalars.integer(path, node, -JobLimits.MAX_WEIGHT, JobLimits.MAX_WEIGHT)
                .fold(
                        weight -> weight == 0
                                ? Outcome.refused(Rejected.invalid(
                                        path,
                                        "0",
                                        "weighs nothing: give 1 to " + JobLimits.MAX_WEIGHT + " towards such nodes, -"
                                                + JobLimits.MAX_WEIGHT + " to -1 away from them"))
                                : Outcome.ok(weight.intValue()),
                        Outcome::refused);
    }

    static void encode(ObjectNode tree, PlacementPolicy policy) {
        if (!policy.spreads().isEmpty()) {
            ArrayNode spreads = tree.putArray("spread");
            policy.spreads().forEach(spread -> encode(spreads.addObject(), spread));
        }
        if (!policy.affinities().isEmpty()) {
            ArrayNode affinities = tree.putArray("affinity");
            policy.affinities()
                    .forEach(affinity -> affinities
                            .addObject()
                            .put("prefer", affinity.constraint().text())
                            .put("weight", affinity.weight()));
        }
        if (policy.distinctNode()) {
            tree.put("distinctNode", true);
        }
        if (!policy.distinct().isEmpty()) {
            ArrayNode distinct = tree.putArray("distinct");
            policy.distinct()
                    .forEach(one -> distinct.addObject()
                            .put("over", Constraint.text(one.attribute()))
                            .put("limit", one.limit()));
        }
        JobEncoder.words(tree, "apartFrom", policy.apartFrom());
        if (policy.allOrNothing()) {
            tree.put("allOrNothing", true);
        }
    }

    private static void encode(ObjectNode tree, Spread spread) {
        tree.put("over", Constraint.text(spread.attribute()));
        tree.put("weight", spread.weight());
        if (!spread.percents().isEmpty()) {
            ObjectNode percents = tree.putObject("percents");
            spread.percents().forEach(percents::put);
        }
    }
}
