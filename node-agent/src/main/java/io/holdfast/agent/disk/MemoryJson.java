package io.holdfast.agent.disk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.agent.reconcile.Attempt;
import io.holdfast.agent.reconcile.Remembered;
import io.holdfast.model.document.Json;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is remembered of allocations, as JSON; sorted, so that equal memories are equal files. */
final class MemoryJson {

    private MemoryJson() {}

    static ObjectNode write(Map<String, Remembered> allocations) {
        ObjectNode all = Json.mapper().createObjectNode();
        new TreeMap<>(allocations).forEach((id, remembered) -> {
            ObjectNode one = all.putObject(id);
            if (remembered instanceof Remembered.Live live) {
                writeLive(one.putObject("live"), live);
            } else if (remembered instanceof Remembered.Ended ended) {
                writeReport(one.putObject("ended"), ended.report());
            }
        });
        return all;
    }

    private static void writeLive(ObjectNode into, Remembered.Live live) {
        into.put("state", live.state().name());
        into.put("stopAsked", live.stopAsked());
        into.put("startedAtMillis", live.startedAtMillis());
        ObjectNode attempts = into.putObject("attempts");
        live.attempts()
                .forEach((task, attempt) -> attempts.putObject(task)
                        .put("number", attempt.number())
                        .put("streak", attempt.streak())
                        .put("startFailures", attempt.startFailures())
                        .put("atMillis", attempt.atMillis())
                        .put("failure", attempt.failure())
                        .put("forGood", attempt.forGood()));
    }

    private static void writeReport(ObjectNode into, AllocationReport report) {
        into.put("state", report.state().name());
        into.put("reason", report.reason());
        into.put("startedAtMillis", report.startedAtMillis());
        into.put("finishedAtMillis", report.finishedAtMillis());
        ArrayNode tasks = into.putArray("tasks");
        for (TaskReport task : report.tasks()) {
            ObjectNode one = tasks.addObject();
            one.put("name", task.name());
            one.put("state", task.state().name());
            writeExit(one, task.exit());
            one.put("reason", task.reason());
            one.put("restarts", task.restarts());
            one.put("startedAtMillis", task.startedAtMillis());
            one.put("finishedAtMillis", task.finishedAtMillis());
        }
    }

    private static void writeExit(ObjectNode into, TaskExit exit) {
        if (exit instanceof TaskExit.Code code) {
            into.put("exitCode", code.code());
        } else if (exit instanceof TaskExit.Signal signal) {
            into.put("signal", signal.signal());
        } else if (exit instanceof TaskExit.Unknown) {
            into.put("exitUnknown", true);
        }
    }

    static Map<String, Remembered> read(JsonNode all) {
        Map<String, Remembered> allocations = new HashMap<>();
        all.properties().forEach(entry -> {
            JsonNode one = entry.getValue();
            Remembered remembered = one.has("ended")
                    ? new Remembered.Ended(readReport(entry.getKey(), one.get("ended")))
                    : readLive(one.path("live"));
            allocations.put(entry.getKey(), remembered);
        });
        return allocations;
    }

    private static Remembered.Live readLive(JsonNode live) {
        SortedMap<String, Attempt> attempts = new TreeMap<>();
        live.path("attempts")
                .properties()
                .forEach(task -> attempts.put(
                        task.getKey(),
                        new Attempt(
                                task.getValue().path("number").asInt(),
                                task.getValue().path("streak").asInt(),
                                task.getValue().path("startFailures").asInt(),
                                task.getValue().path("atMillis").asLong(),
                                task.getValue().path("failure").asText(),
                                task.getValue().path("forGood").asBoolean())));
        return new Remembered.Live(
                AllocationState.valueOf(live.path("state").asText("PENDING")),
                live.path("stopAsked").asBoolean(),
                live.path("startedAtMillis").asLong(),
                attempts);
    }

    private static AllocationReport readReport(String id, JsonNode report) {
        List<TaskReport> tasks = new ArrayList<>();
        for (JsonNode task : report.path("tasks")) {
            tasks.add(new TaskReport(
                    task.path("name").asText(),
                    TaskState.valueOf(task.path("state").asText("EXITED")),
                    readExit(task),
                    task.path("reason").asText(),
                    task.path("restarts").asInt(),
                    task.path("startedAtMillis").asLong(),
                    task.path("finishedAtMillis").asLong()));
        }
        return new AllocationReport(
                id,
                AllocationState.valueOf(report.path("state").asText("FAILED")),
                report.path("reason").asText(),
                report.path("startedAtMillis").asLong(),
                report.path("finishedAtMillis").asLong(),
                tasks);
    }

    private static TaskExit readExit(JsonNode task) {
        if (task.has("exitCode")) {
            return new TaskExit.Code(task.get("exitCode").asInt());
        }
        if (task.has("signal")) {
            return new TaskExit.Signal(task.get("signal").asInt());
        }
        return task.has("exitUnknown") ? TaskExit.UNKNOWN : TaskExit.NONE;
    }
}
