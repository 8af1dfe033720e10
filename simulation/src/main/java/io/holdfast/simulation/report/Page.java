package io.holdfast.simulation.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulation.replay.NodeFill;
import io.holdfast.simulation.replay.Ratios;
import io.holdfast.simulation.replay.Run;
import java.util.List;
import java.util.Locale;

/** The runs as one page of HTML that needs nothing else: a table of the means, and how full the nodes are by each policy. */
public final class Page {
    private Page() {}

    /** @param runs as an experiment gives them: the first of each policy is the one that is drawn */
    public static String of(List<Run> runs) {
        StringBuilder html =
                new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>holdfast simulate</title>
                <style>
                """).append(Style.CSS).append("</style>\n<h1>How full the nodes are</h1>\n");
        List<Run> drawn = runs.stream().filter(run -> !run.fills().isEmpty()).toList();
        html.append("<p>")
                .append(introduction(runs.size() / drawn.size(), drawn.get(0)))
                .append("</p>\n");
        table(html, Report.of(runs));
        html.append(legend(drawn.stream().anyMatch(Page::hasGpus)));
        for (Run run : drawn) {
            html.append("<section>\n<h2>").append(Markup.text(run.policy().word()));
            html.append("</h2>\n<p>").append(counts(run)).append("</p>\n");
            new Picture(run).draw(html);
            html.append("</section>\n");
        }
        return html.append("</html>\n").toString();
    }

    private static String introduction(int seeds, Run first) {
        String what = "What <b>holdfast simulate</b> counted: " + Markup.number(first.pods()) + " pods on "
                + Markup.number(first.nodes()) + " nodes";
        return seeds == 1
                ? what + "."
                : what + " in the first of " + seeds
                        + " runs of each policy. The table has the means, the pictures are of the first run alone, with seed "
                        + first.seed() + ".";
    }

    private static void table(StringBuilder html, JsonNode report) {
        html.append("<div class=\"table\"><table>\n");
        row(html, "th", Summary.HEADINGS);
        Summary.rows(report).forEach(cells -> row(html, "td", cells));
        html.append("</table></div>\n");
    }

    private static void row(StringBuilder html, String tag, List<String> cells) {
        html.append("<tr>");
        for (String cell : cells) {
            html.append('<').append(tag).append('>').append(Markup.text(cell));
            html.append("</").append(tag).append('>');
        }
        html.append("</tr>\n");
    }

    private static String legend(boolean gpus) {
        return "<p>Each column is a node, the fullest first"
                + (gpus ? ", those without GPUs after those with them" : "")
                + ". Point at one for its name and the percentages of " + (gpus ? "GPU, " : "")
                + "cpu and memory that are allocated.</p>\n<p class=\"legend\">"
                + (gpus ? key("gpu", "GPU allocated") : "")
                + key("cpu", "cpu allocated") + key("memory", "memory allocated")
                + key("left", "left over") + key("unused", "no pod on the node")
                + key("bound", "the bound: every way to place needs as many nodes") + "</p>\n";
    }

    private static String key(String style, String text) {
        return "<span class=\"key " + style + "\"></span>" + text + "\n";
    }

    private static String counts(Run run) {
        Ratios ratios = run.atEnd();
        return "<b>" + Markup.number(run.nodesUsed()) + "</b> of " + Markup.number(run.nodes()) + " nodes used"
                + (run.nodesUsedPeak() > run.nodesUsed()
                        ? ", most at one time " + Markup.number(run.nodesUsedPeak())
                        : "")
                + ", bound "
                + Markup.number(run.lowerBoundLp()) + " · allocated "
                + (hasGpus(run) ? "GPU <b>" + percent(ratios.gpu()) + "</b>, " : "") + "cpu <b>"
                + percent(ratios.cpu()) + "</b>, memory <b>" + percent(ratios.memory()) + "</b> · "
                + Markup.number(run.refused()) + " of " + Markup.number(run.pods()) + " pods refused";
    }

    private static boolean hasGpus(Run run) {
        return run.fills().stream().anyMatch(NodeFill::hasGpus);
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.2f %%", part * 100);
    }
}
