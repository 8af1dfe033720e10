package io.holdfast.simulation.report;

import io.holdfast.simulation.replay.NodeFill;
import io.holdfast.simulation.replay.Run;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** How full the nodes of one run are, as SVG: a column for each, the fullest first. */
final class Picture {
    /** More columns are continued in a further row: narrower ones could not be told apart. */
    private static final int MAX_COLUMNS = 800;

    /** So many have gaps between them. */
    private static final int FEW_COLUMNS = 200;

    private static final int GAP = 10;

    /** Of a strip with its gap, on the screen. */
    private static final int STRIP_PIXELS = 42;

    private static final Comparator<NodeFill> FULLEST_FIRST = Comparator.comparing((NodeFill fill) -> fill.pods() == 0)
            .thenComparing(fill -> !fill.hasGpus())
            .thenComparing(fill -> -fill.allocated().gpu())
            .thenComparing(fill -> -fill.allocated().cpu())
            .thenComparing(fill -> -fill.allocated().memory());

    private final List<NodeFill> fills;
    private final List<Strip> strips;
    private final int columns;
    private final int bound;

    Picture(Run run) {
        fills = run.fills().stream().sorted(FULLEST_FIRST).toList();
        strips = fills.stream().anyMatch(NodeFill::hasGpus) ? Strip.WITH_GPUS : Strip.WITHOUT_GPUS;
        int rows = Math.max(1, (fills.size() + MAX_COLUMNS - 1) / MAX_COLUMNS);
        columns = (fills.size() + rows - 1) / rows;
        bound = run.lowerBoundLp();
    }

    void draw(StringBuilder html) {
        for (int from = 0; from < fills.size(); from += columns) {
            html.append("<div class=\"row\"><div>");
            strips.forEach(strip -> html.append("<span>").append(strip.label()).append("</span>"));
            html.append("</div>\n");
            row(html, from, fills.subList(from, Math.min(fills.size(), from + columns)));
            html.append("</div>\n");
        }
    }

    private void row(StringBuilder svg, int from, List<NodeFill> row) {
        int height = strips.size() * (Strip.HEIGHT + GAP) - GAP;
        svg.append("<svg viewBox=\"0 0 ")
                .append(columns)
                .append(' ')
                .append(height)
                .append("\" preserveAspectRatio=\"none\" height=\"")
                .append(strips.size() * STRIP_PIXELS - 4)
                .append("\" style=\"--columns:")
                .append(columns)
                .append(columns <= FEW_COLUMNS ? "\" class=\"few\">\n" : "\">\n");
        for (int i = 0; i < strips.size(); i++) {
            strips.get(i).draw(svg, row, i * (Strip.HEIGHT + GAP));
        }
        for (int i = 0; i < row.size(); i++) {
            svg.append("<rect x=").append(i).append("><title>").append(title(row.get(i)));
            svg.append("</title></rect>");
        }
        // where all nodes are needed there is nothing to compare with
        if (bound < fills.size() && bound > from && bound <= from + row.size()) {
            String x = String.valueOf(bound - from);
            svg.append("<line x1=" + x + " x2=" + x + " y1=0 y2=" + height + "></line>");
        }
        svg.append("</svg>\n");
    }

    /** As {@code node-7 75 40 31}, in the order of the strips: it stands there for each node, so it is short. */
    private String title(NodeFill fill) {
        String name = Markup.text(fill.node());
        return fill.pods() == 0
                ? name
                : name + strips.stream().map(strip -> " " + strip.text(fill)).collect(Collectors.joining());
    }
}
