package io.holdfast.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.job.NodeScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The API's answers as tables. */
public final class Views {
    /** An id is shown by so many characters; a unique prefix is accepted everywhere. */
    private static final int ID_LENGTH = 8;

    private Views() {}

    public static void jobs(Console console, JsonNode items) {
        Table table = new Table("JOB", "TYPE", "STATE", "VERSION", "RUNNING", "CHANGED", "WAITING FOR");
        Instant now = console.clock().instant();
        for (JsonNode job : items) {
            table.row(
                    job.path("job").asText(),
                    job.path("type").asText(),
                    job.path("state").asText(),
                    job.path("version").asText(),
                    sum(job, "running") + "/" + sum(job, "desired"),
                    Units.age(job.path("changedAt"), now),
                    pendingReasons(job));
        }
        table.print(console.out(), console.colours());
    }

    /** @param job with its {@code allocations} */
    public static void job(Console console, JsonNode job) {
        Instant now = console.clock().instant();
        String state = job.path("state").asText();
        console.out()
                .println(Table.printable(job.path("job").asText()) + "  "
                        + Colours.state(state, state, console.colours()) + "  "
                        + job.path("type").asText() + ", version "
                        + job.path("version").asText() + ", changed "
                        + Units.age(job.path("changedAt"), now));
        console.out().println();
        Table groups = new Table(
                "GROUP", "DESIRED", "PENDING", "STARTING", "RUNNING", "HEALTHY", "COMPLETE", "FAILED", "LOST");
        List<String> waiting = new ArrayList<>();
        for (JsonNode group : job.path("groups")) {
            groups.row(
                    group.path("name").asText(),
                    group.path("desired").asText(),
                    group.path("pending").asText(),
                    group.path("starting").asText(),
                    group.path("running").asText(),
                    group.path("healthy").asText(),
                    group.path("complete").asText(),
                    group.path("failed").asText(),
                    group.path("lost").asText());
            String reason = group.path("pendingReason").asText("");
            if (!reason.isEmpty()) {
                waiting.add(group.path("name").asText() + " waits: " + reason);
            }
        }
        groups.print(console.out(), console.colours());
        waiting.forEach(line -> console.out().println(Table.printable(line)));
        images(console, job);
        console.out().println();
        allocations(console, job.path("allocations"));
    }

    /** What the tags of its groups stand for, where it has any. */
    private static void images(Console console, JsonNode job) {
        Table table = new Table("GROUP", "IMAGE", "DIGEST");
        boolean any = false;
        for (JsonNode group : job.path("groups")) {
            for (JsonNode image : group.path("images")) {
                any = true;
                table.row(
                        group.path("name").asText(),
                        image.path("reference").asText(),
                        image.path("digest").isTextual() ? image.path("digest").asText() : "not known yet");
            }
        }
        if (any) {
            console.out().println();
            table.print(console.out(), console.colours());
        }
    }

    public static void allocations(Console console, JsonNode items) {
        Table table = new Table("ALLOCATION", "NAME", "VERSION", "NODE", "STATE", "AGE", "EXIT", "RESTARTS", "REASON");
        Instant now = console.clock().instant();
        for (JsonNode allocation : items) {
            int restarts = 0;
            for (JsonNode task : allocation.path("tasks")) {
                restarts += task.path("restarts").asInt();
            }
            table.row(
                    shortId(allocation),
                    name(allocation),
                    allocation.path("jobVersion").asText(),
                    allocation.path("node").asText(),
                    allocation.path("state").asText(),
                    Units.age(allocation.path("createdAt"), now),
                    exits(allocation),
                    Integer.toString(restarts),
                    reason(allocation));
        }
        table.print(console.out(), console.colours());
    }

    public static void nodes(Console console, JsonNode items) {
        Table table = new Table(
                "NODE",
                "ID",
                "STATE",
                "POOL",
                "DATACENTER",
                "ALLOCATIONS",
                "CPU",
                "MEMORY",
                "DISK",
                "KERNEL",
                "CGROUPS");
        for (JsonNode node : items) {
            JsonNode has = node.path("capacity");
            JsonNode reserved = node.path("reserved");
            table.row(
                    node.path("name").asText(),
                    shortId(node),
                    node.path("state").asText(),
                    attribute(node, "pool", NodeScope.DEFAULT_POOL),
                    attribute(node, "datacenter", NodeScope.DEFAULT_DATACENTER),
                    node.path("allocations").asText(),
                    Units.cpu(reserved.path("cpuMillis").asLong()) + " of "
                            + Units.cpu(has.path("cpuMillis").asLong()),
                    Units.bytes(reserved.path("memoryBytes").asLong()) + " of "
                            + Units.bytes(has.path("memoryBytes").asLong()),
                    disk(
                            node,
                            reserved.path("diskBytes").asLong(),
                            has.path("diskBytes").asLong()),
                    attribute(node, "kernel"),
                    attribute(node, "cgroup"));
        }
        table.print(console.out(), console.colours());
    }

    public static void node(Console console, JsonNode node) {
        nodes(
                console,
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                        .arrayNode()
                        .add(node));
        console.out().println();
        Table attributes = new Table("ATTRIBUTE", "VALUE");
        node.path("attributes")
                .properties()
                .forEach(
                        field -> attributes.row(field.getKey(), field.getValue().asText()));
        attributes.print(console.out(), console.colours());
    }

    /** {@code job.group[index]}. */
    public static String name(JsonNode allocation) {
        return allocation.path("job").asText() + "." + allocation.path("group").asText() + "["
                + allocation.path("index").asText() + "]";
    }

    public static String shortId(JsonNode thing) {
        return shortId(thing.path("id").asText());
    }

    static String shortId(String id) {
        return id.length() <= ID_LENGTH ? id : id.substring(0, ID_LENGTH);
    }

    /** How its tasks ended: {@code 0}, {@code signal 9}; by name where there are several. */
    public static String exits(JsonNode allocation) {
        List<String> exits = new ArrayList<>();
        boolean named = allocation.path("tasks").size() > 1;
        for (JsonNode task : allocation.path("tasks")) {
            String exit = task.path("exitCode").isNumber()
                    ? task.path("exitCode").asText()
                    : task.path("signal").isNumber()
                            ? "signal " + task.path("signal").asText()
                            : "";
            if (!exit.isEmpty()) {
                exits.add(named ? task.path("name").asText() + " " + exit : exit);
            }
        }
        return String.join(", ", exits);
    }

    /** The allocation's reason, or the first of its tasks'. */
    public static String reason(JsonNode allocation) {
        String reason = allocation.path("reason").asText("");
        for (JsonNode task : allocation.path("tasks")) {
            if (reason.isEmpty()) {
                reason = task.path("reason").asText("");
            }
        }
        return reason;
    }

    /** What limits of tasks reserve; a node that cannot hold tasks to a limit has nothing to reserve. */
    private static String disk(JsonNode node, long reserved, long has) {
        String room = has == 0 && reserved == 0 ? "-" : Units.bytes(reserved) + " of " + Units.bytes(has);
        return "low".equals(attribute(node, "disk")) ? room + ", low" : room;
    }

    private static String attribute(JsonNode node, String name) {
        return attribute(node, name, "");
    }

    /** @param otherwise of an agent that is older than the attribute */
    private static String attribute(JsonNode node, String name, String otherwise) {
        return node.path("attributes").path("node." + name).asText(otherwise);
    }

    private static long sum(JsonNode job, String field) {
        long sum = 0;
        for (JsonNode group : job.path("groups")) {
            sum += group.path(field).asLong();
        }
        return sum;
    }

    private static String pendingReasons(JsonNode job) {
        List<String> reasons = new ArrayList<>();
        for (JsonNode group : job.path("groups")) {
            String reason = group.path("pendingReason").asText("");
            if (!reason.isEmpty()) {
                reasons.add(group.path("name").asText() + ": " + reason);
            }
        }
        return String.join("; ", reasons);
    }
}
