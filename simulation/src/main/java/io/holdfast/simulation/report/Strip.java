package io.holdfast.simulation.report;

import io.holdfast.simulation.replay.NodeFill;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * One dimension of a row of nodes, each of which is one unit wide: what is allocated from the ground up, what is left over above it.
 *
 * @param word its class in {@link Style}
 * @param label for people
 */
record Strip(String word, String label, Predicate<NodeFill> has, ToDoubleFunction<NodeFill> allocated) {
    static final int HEIGHT = 100;

    static final List<Strip> WITH_GPUS = List.of(
            new Strip("gpu", "GPU", NodeFill::hasGpus, fill -> fill.allocated().gpu()),
            new Strip("cpu", "cpu", fill -> true, fill -> fill.allocated().cpu()),
            new Strip("memory", "memory", fill -> true, fill -> fill.allocated().memory()));

    static final List<Strip> WITHOUT_GPUS = WITH_GPUS.subList(1, WITH_GPUS.size());

    /** In percent; what is not quite full or not quite empty does not look so. */
    int percent(NodeFill fill) {
        double part = allocated.applyAsDouble(fill);
        return part <= 0 || part >= 1
                ? (int) Math.round(part * 100)
                : (int) Math.min(99, Math.max(1, Math.round(part * 100)));
    }

    String text(NodeFill fill) {
        return has.test(fill) ? Integer.toString(percent(fill)) : "-";
    }

    void draw(StringBuilder svg, List<NodeFill> row, int top) {
        svg.append("<g transform=\"translate(0 ").append(top).append(")\">");
        path(svg, "unused", row, fill -> has.test(fill) && fill.pods() == 0 ? HEIGHT : 0);
        path(svg, word + " room", row, fill -> has.test(fill) && fill.pods() > 0 ? HEIGHT : 0);
        path(svg, word, row, fill -> has.test(fill) ? percent(fill) * HEIGHT / 100.0 : 0);
        svg.append("</g>\n");
    }

    /** Steps over the columns; those of one height are one step. */
    private static void path(StringBuilder svg, String style, List<NodeFill> row, ToDoubleFunction<NodeFill> heights) {
        svg.append("<path class=\"").append(style).append("\" d=\"M0 ").append(HEIGHT);
        int from = 0;
        for (int i = 0; i < row.size(); i++) {
            int height = (int) heights.applyAsDouble(row.get(i));
            if (i + 1 == row.size() || (int) heights.applyAsDouble(row.get(i + 1)) != height) {
                svg.append('V').append(HEIGHT - height).append('h').append(i + 1 - from);
                from = i + 1;
            }
        }
        svg.append('V').append(HEIGHT).append("z\"/>");
    }
}
