package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Shows how a job gets on, on standard error. On a terminal it redraws a block in place; elsewhere each change of an
 * allocation's state is a line.
 */
public final class Progress {
    /** States in the order of a life; those that are not here end it. */
    private static final List<String> ORDER = List.of("pending", "starting", "running", "stopping");

    /** Allocations that are shown one by one; more are counted by their groups only. */
    private static final int MAX_ALLOCATION_LINES = 12;

    private static final int DEFAULT_COLUMNS = 80;

    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[[0-9;]*m");

    private final Console console;
    private final Map<String, String> shownStates = new HashMap<>();
    private final Map<String, String> shownReasons = new HashMap<>();
    private int drawnLines;

    public Progress(Console console) {
        this.console = console;
    }

    /** What an event told of one allocation: shown at once where each change is a line. */
    public void changed(JsonNode allocation) {
        if (!console.redraws() && !older(allocation)) {
            line(allocation);
        }
    }

    /** Whether a look at the allocation has already shown a later state: an event may lag behind it. */
    private boolean older(JsonNode allocation) {
        String shown = shownStates.getOrDefault(allocation.path("id").asText(""), "");
        int told = ORDER.indexOf(allocation.path("state").asText(""));
        if (told < 0 || shown.isEmpty() || shown.equals("lost")) {
            return false;
        }
        return !ORDER.contains(shown) || told < ORDER.indexOf(shown);
    }

    /** The present state of all. */
    public void show(JsonNode job, Iterable<JsonNode> allocations) {
        if (console.redraws()) {
            redraw(block(job, allocations));
            return;
        }
        allocations.forEach(this::line);
        for (JsonNode group : job.path("groups")) {
            String name = group.path("name").asText();
            String reason = group.path("pendingReason").asText("");
            if (!reason.equals(shownReasons.put(name, reason)) && !reason.isEmpty()) {
                console.message(Table.printable(name + " waits: " + reason));
            }
        }
    }

    /** A message that stays above what is redrawn. */
    public void message(String line) {
        erase();
        console.message(line);
    }

    private void line(JsonNode allocation) {
        String state = allocation.path("state").asText("");
        String id = allocation.path("id").asText("");
        if (state.isEmpty() || state.equals(shownStates.put(id, state))) {
            return;
        }
        console.message(describe(allocation, console.messageColours()));
    }

    private static String describe(JsonNode allocation, boolean colours) {
        String state = allocation.path("state").asText();
        StringBuilder line = new StringBuilder(Views.name(allocation))
                .append("  ")
                .append(Views.shortId(allocation))
                .append("  ")
                .append(Colours.state(state, state, colours))
                .append("  on ")
                .append(allocation.path("node").asText());
        String exits = Views.exits(allocation);
        if (!exits.isEmpty()) {
            line.append("  exit ").append(exits);
        }
        String reason = Views.reason(allocation);
        if (!reason.isEmpty()) {
            line.append("  (").append(Table.printable(reason)).append(')');
        }
        return line.toString();
    }

    private List<String> block(JsonNode job, Iterable<JsonNode> allocations) {
        List<String> lines = new ArrayList<>();
        String state = job.path("state").asText();
        lines.add(job.path("job").asText() + "  " + Colours.state(state, state, console.messageColours()) + "  version "
                + job.path("version").asText());
        for (JsonNode group : job.path("groups")) {
            StringBuilder line =
                    new StringBuilder("  ").append(group.path("name").asText()).append(':');
            for (String count : List.of("pending", "starting", "running", "healthy", "complete", "failed", "lost")) {
                if (group.path(count).asInt() > 0) {
                    line.append(' ')
                            .append(group.path(count).asText())
                            .append(' ')
                            .append(count);
                }
            }
            line.append(" of ").append(group.path("desired").asText());
            String reason = group.path("pendingReason").asText("");
            lines.add(line + (reason.isEmpty() ? "" : "  waits: " + Table.printable(reason)));
        }
        List<String> single = new ArrayList<>();
        for (JsonNode allocation : allocations) {
            if (allocation.path("jobVersion").asInt() == job.path("version").asInt()) {
                single.add("    " + describe(allocation, console.messageColours()));
            }
        }
        if (single.size() <= MAX_ALLOCATION_LINES) {
            lines.addAll(single);
        }
        return lines;
    }

    void redraw(List<String> lines) {
        erase();
        int columns = columns();
        for (String line : lines) {
            console.err().println(cut(line, columns - 1));
        }
        drawnLines = lines.size();
    }

    void erase() {
        if (drawnLines > 0) {
            // up to the block's first line, then clear to the end of the screen
            console.err().print("\u001b[" + drawnLines + "A\r\u001b[J");
            drawnLines = 0;
        }
    }

    private int columns() {
        try {
            return Math.max(20, Integer.parseInt(console.variable("COLUMNS")));
        } catch (NumberFormatException e) {
            return DEFAULT_COLUMNS;
        }
    }

    /** A line that wrapped would be counted as one and leave its rest behind. Colour sequences take no room. */
    static String cut(String line, int columns) {
        if (SEQUENCE.matcher(line).replaceAll("").length() <= columns) {
            return line;
        }
        int width = 0;
        int i = 0;
        while (width < columns - 1) {
            if (line.charAt(i) == '\u001b') {
                i = line.indexOf('m', i) + 1;
            } else {
                width++;
                i++;
            }
        }
        return line.substring(0, i) + "…" + (line.indexOf('\u001b') >= 0 ? "\u001b[0m" : "");
    }
}
