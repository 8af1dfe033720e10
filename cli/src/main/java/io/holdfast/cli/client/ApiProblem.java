package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Table;
import io.holdfast.model.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Turns an {@code application/problem+json} into a message and an exit code. */
final class ApiProblem {
    /** More of an answer that is no success is not read. */
    private static final int MAX_BYTES = 1 << 20;

    /** More errors of one document are counted, not shown. */
    private static final int MAX_ERRORS = 50;

    private ApiProblem() {}

    /** @param body may be {@code null}, as the JDK has it for an answer without one */
    static CommandFailed of(Endpoint endpoint, int status, InputStream body) {
        JsonNode problem = read(body);
        String code = problem.path("code").asText("");
        if (code.isEmpty()) {
            return new CommandFailed(
                    ExitCodes.UNAVAILABLE,
                    "what answers at " + endpoint.address() + " is not a holdfast scheduler (status " + status + ")");
        }
        return new CommandFailed(exitCode(code), message(endpoint, code, problem), details(problem));
    }

    private static JsonNode read(InputStream body) {
        if (body == null) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
        try (body) {
            JsonNode tree = new ObjectMapper().readTree(body.readNBytes(MAX_BYTES));
            return tree == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : tree;
        } catch (IOException e) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
    }

    private static int exitCode(String code) {
        for (ErrorCode known : ErrorCode.values()) {
            if (known.code().equals(code)) {
                return known.exitCode();
            }
        }
        return ExitCodes.INTERNAL;
    }

    private static String message(Endpoint endpoint, String code, JsonNode problem) {
        String detail = Table.printable(
                problem.path("detail").asText(problem.path("title").asText(code)));
        return switch (code) {
            case "unauthenticated" ->
                endpoint.token().isEmpty()
                        ? "the scheduler at " + endpoint.address()
                                + " wants a token: give --token or HOLDFAST_TOKEN (holdfast"
                                + " token --data-dir DIR prints that of a dev)"
                        : "the scheduler at " + endpoint.address() + " does not accept the token from "
                                + endpoint.tokenSource() + ": give another with --token or HOLDFAST_TOKEN";
            case "internal" ->
                "a fault of the scheduler at " + endpoint.address() + ": " + detail
                        + (problem.has("id")
                                ? "; its log has more under "
                                        + problem.path("id").asText()
                                : "");
            default -> detail;
        };
    }

    private static List<String> details(JsonNode problem) {
        List<String> details = new ArrayList<>();
        JsonNode errors = problem.path("errors");
        for (JsonNode error : errors) {
            if (details.size() == MAX_ERRORS) {
                details.add("and " + (errors.size() - MAX_ERRORS) + " more");
                break;
            }
            details.add(line(
                    error.path("path").asText(""),
                    error.path("value").asText(""),
                    error.path("message").asText("")));
        }
        for (JsonNode candidate : problem.path("candidates")) {
            details.add(Table.printable(candidate.asText()));
        }
        return details;
    }

    /** {@code groups[0].count: 1000000: is above …}; the value only where the message does not repeat it. */
    static String line(String path, String value, String message) {
        StringBuilder line = new StringBuilder();
        if (!path.isEmpty()) {
            line.append(path).append(": ");
        }
        if (!value.isEmpty() && !message.contains(value)) {
            line.append(value).append(": ");
        }
        return Table.printable(line.append(message).toString());
    }
}
