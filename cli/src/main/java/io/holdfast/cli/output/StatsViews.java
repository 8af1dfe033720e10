package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What allocations use, as tables. What is not known is left empty. */
public final class StatsViews {
    private StatsViews() {}

    /** @param stats {@code {items, unreachable}} */
    public static void list(Console console, JsonNode stats) {
        Table table = new Table(
                "ALLOCATION",
                "NAME",
                "NODE",
                "CPU",
                "CPU TIME",
                "MEMORY",
                "OF",
                "PIDS",
                "READ",
                "WRITTEN",
                "RECEIVED",
                "SENT",
                "NOTE");
        for (JsonNode one : stats.path("items")) {
            JsonNode usage = one.path("usage");
            table.row(
                    Views.shortId(one),
                    Views.name(one),
                    one.path("node").asText(),
                    cpu(usage.path("cpuMillis")),
                    time(usage.path("cpuMicros")),
                    bytes(usage.path("memoryBytes")),
                    bytes(usage.path("memoryLimitBytes")),
                    count(usage.path("pids")),
                    bytes(usage.path("ioReadBytes")),
                    bytes(usage.path("ioWriteBytes")),
                    bytes(one.path("network").path("receivedBytes")),
                    bytes(one.path("network").path("sentBytes")),
                    note(one));
        }
        table.print(console.out(), console.colours());
        for (JsonNode node : stats.path("unreachable")) {
            console.message(Table.printable("node " + node.path("node").asText() + " did not answer: "
                    + node.path("reason").asText()));
        }
    }

    public static void one(Console console, JsonNode one) {
        console.out()
                .println(Table.printable(Views.name(one) + "  " + one.path("id").asText() + "  on "
                        + one.path("node").asText()
                        + (one.path("paused").asBoolean() ? "  paused" : "")));
        console.out().println();
        List<JsonNode> columns = new ArrayList<>(List.of(one.path("usage")));
        List<String> headings = new ArrayList<>(List.of("", "ALL"));
        // one task's numbers are the allocation's, but that they begin with its present run
        for (JsonNode task : one.path("tasks")) {
            columns.add(task.path("usage"));
            headings.add(task.path("name").asText().toUpperCase(Locale.ROOT));
        }
        Table table = new Table(headings.toArray(String[]::new));
        row(table, "cpu", columns, usage -> cpu(usage.path("cpuMillis")));
        row(table, "cpu time", columns, usage -> time(usage.path("cpuMicros")));
        row(table, "cpu time in the kernel", columns, usage -> time(usage.path("cpuSystemMicros")));
        row(table, "throttled", columns, usage -> time(usage.path("cpuThrottledMicros")));
        row(table, "memory", columns, usage -> bytes(usage.path("memoryBytes")));
        row(table, "memory limit", columns, usage -> bytes(usage.path("memoryLimitBytes")));
        row(table, "memory peak", columns, usage -> bytes(usage.path("memoryPeakBytes")));
        row(table, "page cache", columns, usage -> bytes(usage.path("memoryCacheBytes")));
        row(table, "swap", columns, usage -> bytes(usage.path("swapBytes")));
        row(table, "oom kills", columns, usage -> count(usage.path("oomKills")));
        row(table, "processes", columns, usage -> count(usage.path("pids")));
        row(table, "process limit", columns, usage -> count(usage.path("pidsLimit")));
        row(table, "read", columns, usage -> bytes(usage.path("ioReadBytes")));
        row(table, "written", columns, usage -> bytes(usage.path("ioWriteBytes")));
        row(
                table,
                "waited for cpu",
                columns,
                usage -> time(usage.path("cpuPressure").path("someMicros")));
        row(
                table,
                "waited for memory",
                columns,
                usage -> time(usage.path("memoryPressure").path("someMicros")));
        row(
                table,
                "waited for disks",
                columns,
                usage -> time(usage.path("ioPressure").path("someMicros")));
        row(table, "received", List.of(one.path("network")), network -> bytes(network.path("receivedBytes")));
        row(table, "sent", List.of(one.path("network")), network -> bytes(network.path("sentBytes")));
        table.print(console.out(), console.colours());
    }

    private interface Cell {
        String of(JsonNode column);
    }

    private static void row(Table table, String name, List<JsonNode> columns, Cell cell) {
        table.row(name, columns.stream().map(cell::of).toList());
    }

    private static String note(JsonNode one) {
        List<String> notes = new ArrayList<>();
        if (one.path("paused").asBoolean()) {
            notes.add("paused");
        }
        long kills = one.path("usage").path("oomKills").asLong();
        if (kills > 0) {
            notes.add(kills + (kills == 1 ? " oom kill" : " oom kills"));
        }
        return String.join(", ", notes);
    }

    private static String cpu(JsonNode millis) {
        return millis.isNumber() ? Units.cpu(millis.asLong()) : "";
    }

    private static String bytes(JsonNode bytes) {
        return bytes.isNumber() ? Units.bytes(bytes.asLong()) : "";
    }

    private static String count(JsonNode count) {
        return count.isNumber() ? count.asText() : "";
    }

    /** {@code 120ms}, {@code 3.4s}, then as spans are. */
    private static String time(JsonNode micros) {
        if (!micros.isNumber()) {
            return "";
        }
        long millis = micros.asLong() / 1000;
        if (millis < 1_000) {
            return millis + "ms";
        }
        return millis < 60_000
                ? String.format(Locale.ROOT, "%.1fs", millis / 1000.0)
                : Units.span(Duration.ofMillis(millis));
    }
}
