package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.Json;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.Outcome;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Holds answers against the contract, and remembers which of its answers were seen. */
final class ContractCheck {
    private final ObjectNode contract = read();
    private final Set<String> seen = new TreeSet<>();

    static ObjectNode read() {
        Outcome<JsonNode> tree =
                Documents.parse(Resources.bytes(Contract.class, "openapi.yaml"), MediaType.YAML, 1 << 20);
        return (ObjectNode) ((Outcome.Ok<JsonNode>) tree).value();
    }

    /** What is documented, as {@code getJob 404}. */
    Set<String> documented() {
        Set<String> all = new TreeSet<>();
        contract.path("paths")
                .forEach(path -> path.forEach(operation -> {
                    if (operation.has("operationId")) {
                        operation
                                .path("responses")
                                .fieldNames()
                                .forEachRemaining(status ->
                                        all.add(operation.path("operationId").asText() + " " + status));
                    }
                }));
        return all;
    }

    Set<String> seen() {
        return seen;
    }

    /** What is wrong with the answer; empty when nothing is. */
    List<String> errors(String operation, int status, HttpHeaders headers, String body) {
        JsonNode response = response(operation, status);
        if (response.isMissingNode()) {
            return List.of(operation + " does not document " + status);
        }
        seen.add(operation + " " + status);
        String type = headers.firstValue("content-type").orElse("").replaceFirst(";.*", "");
        JsonNode media = response.path("content").path(type);
        if (media.isMissingNode() && response.has("content")) {
            return List.of(operation + " " + status + " does not document the type " + type);
        }
        for (var header : response.path("headers").properties()) {
            if (headers.firstValue(header.getKey()).isEmpty()) {
                return List.of(operation + " " + status + " lacks the header " + header.getKey());
            }
        }
        return type.endsWith("json") ? errors(media.path("schema"), body) : List.of();
    }

    List<String> errors(JsonNode schema, String body) {
        ObjectNode document = schema.deepCopy();
        document.set("components", contract.path("components"));
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(document)
                    .validate(Json.mapper().readTree(body))
                    .stream()
                    .map(Error::toString)
                    .toList();
        } catch (IOException e) {
            return List.of("not JSON: " + body);
        }
    }

    JsonNode schema(String name) {
        return Json.mapper().createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    private JsonNode response(String operation, int status) {
        for (JsonNode path : contract.path("paths")) {
            for (JsonNode candidate : path) {
                if (candidate.path("operationId").asText().equals(operation)) {
                    JsonNode response = candidate.path("responses").path(Integer.toString(status));
                    String reference = response.path("$ref").asText("");
                    return reference.isEmpty() ? response : contract.at(reference.substring(1));
                }
            }
        }
        throw new AssertionError("there is no operation " + operation);
    }
}
