package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The contract, {@code openapi.yaml}: its text, which is served, and what is enforced of it. Immutable.
 *
 * <p>It is read by our own few lines and not by vertx-openapi: version 5.0.10 of that takes 1.4 s of a cold JVM,
 * most of it to validate the contract against OpenAPI's own schema (here a test does), knows neither YAML bodies nor
 * problem+json, decodes query parameters twice, stops at the first error and hands each request to a worker thread.
 */
final class Contract {
    private static final String RESOURCE = "openapi.yaml";
    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    private final byte[] text;
    private final List<Operation> operations;

    private Contract(byte[] text, List<Operation> operations) {
        this.text = text;
        this.operations = List.copyOf(operations);
    }

    /** Reads it from the class path; takes 0.3 s of a cold JVM, most of it Jackson's and SnakeYAML's classes, so call it off the event loop. */
    static Contract load() {
        byte[] text = Resources.bytes(Contract.class, RESOURCE);
        Outcome<JsonNode> tree = Documents.parse(text, MediaType.YAML, MAX_BYTES);
        if (tree instanceof Outcome.Ok<JsonNode> ok) {
            return new Contract(text, operations(ok.value()));
        }
        throw new IllegalStateException(RESOURCE + " cannot be read: " + tree);
    }

    byte[] text() {
        return text.clone();
    }

    List<Operation> operations() {
        return operations;
    }

    private static List<Operation> operations(JsonNode root) {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (METHODS.contains(method.getKey())) {
                    operations.add(operation(root, path.getKey(), path.getValue(), method.getKey(), method.getValue()));
                }
            }
        }
        return operations;
    }

    private static Operation operation(JsonNode root, String path, JsonNode item, String method, JsonNode operation) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (JsonNode list : List.of(item.path("parameters"), operation.path("parameters"))) {
            for (JsonNode node : list) {
                Parameter parameter = Parameter.of(resolve(root, node));
                parameters.put(parameter.name(), parameter);
            }
        }
        Set<String> bodyTypes = new LinkedHashSet<>();
        resolve(root, operation.path("requestBody"))
                .path("content")
                .fieldNames()
                .forEachRemaining(bodyTypes::add);
        JsonNode security = operation.has("security") ? operation.path("security") : root.path("security");
        return new Operation(
                operation.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                security.isEmpty(),
                List.copyOf(parameters.values()),
                Set.copyOf(bodyTypes));
    }

    private static JsonNode resolve(JsonNode root, JsonNode node) {
        String reference = node.path("$ref").asText("");
        return reference.isEmpty() ? node : root.at(reference.substring(1));
    }
}
