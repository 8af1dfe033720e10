package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** What would be, as tables. */
public final class PlanViews {
    private PlanViews() {}

    public static void plan(Console console, JsonNode plan) {
        Table table = new Table("ACTION", "NAME", "NODE", "REASON");
        for (JsonNode change : plan.path("changes")) {
            table.row(
                    change.path("action").asText(),
                    change.path("name").asText(),
                    change.path("node").asText(),
                    change.path("reason").asText());
        }
        table.print(console.out(), console.colours());
        for (JsonNode group : plan.path("unplaced")) {
            console.out()
                    .println(
                            Table.printable("no room for " + group.path("count").asText() + " of "
                                    + group.path("group").asText() + ": "
                                    + group.path("reason").asText()));
            group.path("nodesByReason")
                    .properties()
                    .forEach(entry -> console.out()
                            .println(Table.printable(
                                    "  " + nodes(entry.getValue().asInt()) + ": " + entry.getKey())));
        }
    }

    /** The best nodes for the first instance of each group that is placed. */
    public static void why(Console console, JsonNode plan) {
        for (JsonNode change : plan.path("changes")) {
            if (change.path("best").isEmpty()) {
                continue;
            }
            console.out().println();
            console.out()
                    .println(Table.printable("why " + change.path("name").asText() + " goes to "
                            + change.path("node").asText() + ":"));
            scores(change.path("best")).print(console.out(), console.colours());
        }
    }

    /** All candidates have the same parts; a heading says how much each weighs. */
    private static Table scores(JsonNode best) {
        List<String> headings = new ArrayList<>(List.of("NODE", "SCORE"));
        best.path(0)
                .path("parts")
                .forEach(part -> headings.add(part.path("name").asText().toUpperCase(Locale.ROOT) + " x"
                        + part.path("weight").asText()));
        Table table = new Table(headings.toArray(String[]::new));
        for (JsonNode candidate : best) {
            List<String> row = new ArrayList<>();
            row.add(candidate.path("node").asText());
            row.add(share(candidate.path("score")));
            candidate.path("parts").forEach(part -> row.add(share(part.path("value"))));
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    /** Moves, then what they are for and what was left out. */
    public static void repacking(Console console, JsonNode plan) {
        if (plan.path("moves").isEmpty()) {
            console.message("no node can be emptied");
        } else {
            Table table = new Table("ALLOCATION", "PROJECT", "NAME", "FROM", "TO");
            for (JsonNode move : plan.path("moves")) {
                table.row(
                        Views.shortId(move.path("allocationId").asText()),
                        move.path("project").asText(),
                        move.path("name").asText(),
                        move.path("from").asText(),
                        move.path("to").asText());
            }
            table.print(console.out(), console.colours());
            StringJoiner emptied = new StringJoiner(", ", "empty afterwards: ", "");
            plan.path("nodes").forEach(node -> emptied.add(node.path("node").asText()));
            console.out().println(Table.printable(emptied.toString()));
        }
        for (JsonNode staying : plan.path("staying")) {
            console.out()
                    .println(Table.printable(stay(staying.path("count").asInt())
                            + staying.path("reason").asText()));
        }
    }

    private static String stay(int count) {
        return count == 1 ? "1 allocation stays: " : count + " allocations stay: ";
    }

    private static String share(JsonNode value) {
        return String.format(Locale.ROOT, "%.3f", value.asDouble());
    }

    private static String nodes(int count) {
        return count == 1 ? "1 node" : count + " nodes";
    }
}
