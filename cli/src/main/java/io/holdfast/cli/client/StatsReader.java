package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks what allocations use. What a word means is found out once; each reading asks anew. */
public final class StatsReader {
    private static final int PAGE = 1_000;

    private final ApiClient api;
    private final String path;
    private final Map<String, String> query = new LinkedHashMap<>();
    private final boolean one;

    /** @param subject an allocation's id or prefix, a job's name, or empty for all of the project */
    public StatsReader(ApiClient api, String subject) {
        this.api = api;
        if (subject.isEmpty()) {
            path = ApiClient.path("v1", "stats");
            one = false;
            return;
        }
        Subjects subjects = new Subjects(api);
        var allocation = subjects.allocation(subject);
        if (allocation.isPresent()) {
            path = ApiClient.path(
                    "v1", "allocations", allocation.get().path("id").asText(), "stats");
            one = true;
        } else {
            subjects.requireJob(subject);
            path = ApiClient.path("v1", "stats");
            query.put("job", subject);
            one = false;
        }
    }

    /** Whether readings are of one allocation, and not lists. */
    public boolean one() {
        return one;
    }

    /** The allocation's, or {@code {items, unreachable}} of all pages; takes as long as the window. */
    public JsonNode read(long windowMillis) {
        Map<String, String> asked = new LinkedHashMap<>(query);
        asked.put("windowMillis", Long.toString(windowMillis));
        if (one) {
            return api.get(path, asked);
        }
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ArrayNode items = all.putArray("items");
        ArrayNode unreachable = all.putArray("unreachable");
        asked.put("limit", Integer.toString(PAGE));
        JsonNode page;
        do {
            page = api.get(path, asked);
            page.path("items").forEach(items::add);
            page.path("unreachable").forEach(unreachable::add);
            asked.put("after", page.path("next").asText());
        } while (page.path("next").isTextual());
        return all;
    }
}
