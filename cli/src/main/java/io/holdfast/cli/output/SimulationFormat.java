package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulation.replay.Run;
import io.holdfast.simulation.report.Page;
import io.holdfast.simulation.report.Report;
import java.util.List;

/** How a simulation is printed: as every read, and as a page of its own. The names are those of the option. */
public enum SimulationFormat {
    table,
    json,
    yaml,
    html;

    public void print(Console console, List<Run> runs) {
        if (this == html) {
            console.out().print(Page.of(runs));
        } else {
            JsonNode report = Report.of(runs);
            Format.valueOf(name()).print(console, report, to -> SimulationViews.report(to, report));
        }
    }
}
