package io.holdfast.scheduler.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobDecoder;
import io.holdfast.model.job.JobEncoder;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.line.NodeImages.Layer;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The columns that hold JSON. What cannot be read back is a fault of the store, and the message names the row. */
final class Texts {
    private static final TypeReference<Map<String, Object>> DATA = new TypeReference<>() {};

    private Texts() {}

    static String of(JobSpec spec) {
        return JobEncoder.json(spec);
    }

    /** @param row for messages */
    static JobSpec spec(String text, String row) {
        return JobDecoder.decode(tree(text, row)).fold(spec -> spec, errors -> {
            throw unreadable(row, errors);
        });
    }

    static String of(GroupDocument document) {
        return GroupCodec.encode(document);
    }

    static GroupDocument document(String text, String row) {
        return GroupCodec.decode(text).fold(document -> document, errors -> {
            throw unreadable(row, errors);
        });
    }

    static String data(Map<String, Object> data) {
        return write(Json.mapper().valueToTree(data));
    }

    static Map<String, Object> data(String text, String row) {
        try {
            return Json.mapper().readValue(text, DATA);
        } catch (JsonProcessingException e) {
            throw new StoreException(row + " in the store cannot be read", e);
        }
    }

    static String tasks(List<TaskReport> tasks) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (TaskReport task : tasks) {
            ObjectNode node = array.addObject();
            node.put("name", task.name());
            node.put("state", task.state().text());
            if (task.exit() instanceof TaskExit.Code code) {
                node.put("exitCode", code.code());
            } else if (task.exit() instanceof TaskExit.Signal signal) {
                node.put("signal", signal.signal());
            } else if (task.exit() instanceof TaskExit.Unknown) {
                node.put("exitUnknown", true);
            }
            node.put("reason", task.reason());
            node.put("restarts", task.restarts());
            node.put("startedAtMillis", task.startedAtMillis());
            node.put("finishedAtMillis", task.finishedAtMillis());
        }
        return write(array);
    }

    static List<TaskReport> tasks(String text, String row) {
        List<TaskReport> tasks = new ArrayList<>();
        for (JsonNode node : tree(text, row)) {
            tasks.add(new TaskReport(
                    node.path("name").asText(),
                    TaskState.valueOf(node.path("state").asText().toUpperCase(Locale.ROOT)),
                    exit(node),
                    node.path("reason").asText(),
                    node.path("restarts").asInt(),
                    node.path("startedAtMillis").asLong(),
                    node.path("finishedAtMillis").asLong()));
        }
        return tasks;
    }

    static String layers(List<Layer> layers) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        layers.forEach(layer -> array.addObject().put("diffId", layer.diffId()).put("sizeBytes", layer.sizeBytes()));
        return write(array);
    }

    static List<Layer> layers(String text, String row) {
        List<Layer> layers = new ArrayList<>();
        for (JsonNode node : tree(text, row)) {
            layers.add(new Layer(
                    node.path("diffId").asText(), node.path("sizeBytes").asLong()));
        }
        return layers;
    }

    private static TaskExit exit(JsonNode node) {
        if (node.has("exitCode")) {
            return new TaskExit.Code(node.path("exitCode").asInt());
        }
        if (node.has("signal")) {
            return new TaskExit.Signal(node.path("signal").asInt());
        }
        return node.has("exitUnknown") ? TaskExit.UNKNOWN : TaskExit.NONE;
    }

    private static JsonNode tree(String text, String row) {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new StoreException(row + " in the store cannot be read", e);
        }
    }

    private static String write(JsonNode tree) {
        try {
            return Json.mapper().writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing a tree of plain data to memory failed", e);
        }
    }

    /** Values stay out of the message: they may be secrets. */
    private static StoreException unreadable(String row, List<Rejected> errors) {
        Rejected first = errors.get(0);
        return new StoreException(
                row + " in the store is refused by this release (" + first.path() + " " + first.message()
                        + "): run the release that wrote it",
                null);
    }
}
