package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Views;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a word on the command line means: an allocation, by its id or a unique prefix of it, else a job. */
public final class Subjects {
    private final ApiClient api;

    public Subjects(ApiClient api) {
        this.api = api;
    }

    /** The allocation; nothing where there is none of that id. */
    public Optional<JsonNode> allocation(String subject) {
        try {
            return Optional.of(api.get(ApiClient.path("v1", "allocations", subject)));
        } catch (CommandFailed e) {
            if (e.exitCode() != ExitCodes.NO_INPUT) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The allocation, or the newest of each index of the job. */
    public List<JsonNode> newest(String subject) {
        Optional<JsonNode> one = allocation(subject);
        if (one.isPresent()) {
            return List.of(one.get());
        }
        Map<String, JsonNode> newest = new LinkedHashMap<>();
        jobs(() -> api.list(ApiClient.path("v1", "jobs", subject, "allocations")), subject)
                .forEach(allocation -> newest.putIfAbsent(Views.name(allocation), allocation));
        return List.copyOf(newest.values());
    }

    /** Fails where there is neither. */
    public void requireJob(String subject) {
        jobs(() -> api.get(ApiClient.path("v1", "jobs", subject)), subject);
    }

    private JsonNode jobs(java.util.function.Supplier<JsonNode> question, String subject) {
        try {
            return question.get();
        } catch (CommandFailed e) {
            if (e.exitCode() == ExitCodes.NO_INPUT) {
                throw new CommandFailed(
                        ExitCodes.NO_INPUT,
                        "there is neither an allocation nor a job " + subject + " in project "
                                + api.endpoint().project() + ": holdfast status lists what there is");
            }
            throw e;
        }
    }
}
