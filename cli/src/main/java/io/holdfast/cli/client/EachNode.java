package io.holdfast.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Asks nodes side by side. One that fails hides no other. */
public final class EachNode {
    /** Nodes that are asked at once. */
    static final int AT_ONCE = 8;

    /** @param id or whatever else the API takes for it */
    public record Node(String id, String name) {}

    /** What came of one node. */
    public sealed interface Told {
        Node node();

        record Answered(Node node, JsonNode body) implements Told {}

        record Failed(Node node, CommandFailed why) implements Told {}
    }

    private EachNode() {}

    /** All that are ready; at least one. */
    public static List<Node> ready(ApiClient api) {
        List<Node> ready = new ArrayList<>();
        for (JsonNode node : api.list(ApiClient.path("v1", "nodes"))) {
            if (node.path("state").asText().equals("ready")) {
                ready.add(new Node(node.path("id").asText(), node.path("name").asText()));
            }
        }
        if (ready.isEmpty()) {
            throw new CommandFailed(ExitCodes.UNAVAILABLE, "no node is ready: holdfast nodes tells how they are");
        }
        return ready;
    }

    /** In the order of the nodes. */
    public static List<Told> ask(List<Node> nodes, Function<Node, JsonNode> question) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, nodes.size()), work -> {
            Thread thread = new Thread(work, "node");
            thread.setDaemon(true); // Ctrl-C waits for nobody
            return thread;
        });
        try {
            List<Future<Told>> asked = nodes.stream()
                    .map(node -> threads.submit(() -> one(node, question)))
                    .toList();
            List<Told> told = new ArrayList<>();
            for (Future<Told> answer : asked) {
                told.add(answer.get());
            }
            return told;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCodes.INTERRUPTED, "interrupted while nodes were asked");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a node failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Told one(Node node, Function<Node, JsonNode> question) {
        try {
            return new Told.Answered(node, question.apply(node));
        } catch (CommandFailed e) {
            return new Told.Failed(node, e);
        }
    }
}
