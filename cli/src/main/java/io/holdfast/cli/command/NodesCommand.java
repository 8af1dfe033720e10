package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Views;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows nodes. */
@Command(name = "nodes", description = "Show the nodes and what is reserved on them, or one with its attributes.")
public final class NodesCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Mixin
    private Output output;

    @Parameters(paramLabel = "NODE", arity = "0..1", description = "The node's name, id, or a unique prefix of it.")
    private String node;

    @Override
    public Integer call() {
        Console console = root.console();
        ApiClient api = connection.open(console);
        if (node == null) {
            ArrayNode nodes = api.list(ApiClient.path("v1", "nodes"));
            output.print(console, nodes, to -> {
                if (nodes.isEmpty()) {
                    to.message(
                            "there are no nodes: start an agent and its keeper (docs/how-to/run-separate-processes.md)");
                } else {
                    Views.nodes(to, nodes);
                }
            });
        } else {
            JsonNode one = api.get(ApiClient.path("v1", "nodes", node));
            output.print(console, one, to -> Views.node(to, one));
        }
        return ExitCodes.OK;
    }
}
