package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulation.report.Summary;

/** What came of a simulation, as a table: the means by policy. */
final class SimulationViews {
    private SimulationViews() {}

    static void report(Console console, JsonNode report) {
        Table table = new Table(Summary.HEADINGS.toArray(String[]::new));
        Summary.rows(report).forEach(row -> table.row(row.toArray(String[]::new)));
        table.print(console.out(), console.colours());
    }
}
