package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.EachNode;
import io.holdfast.cli.client.EachNode.Told;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The option of commands that ask nodes: of one node, or of all that are ready. */
final class OnNodes {
    @Option(
            names = "--node",
            paramLabel = "NODE",
            description = "Only this node: its name, id, or a unique prefix of it. Else all that are ready.")
    private String node = "";

    private List<EachNode.Node> chosen = List.of();

    /** Those that are asked, the same as long as this command runs. */
    List<EachNode.Node> chosen(ApiClient api) {
        if (chosen.isEmpty()) {
            chosen = oneOnly() ? List.of(new EachNode.Node(node, node)) : EachNode.ready(api);
        }
        return chosen;
    }

    private boolean oneOnly() {
        return !node.isEmpty();
    }

    /**
     * What came of each node. The only one's failure is the command's.
     *
     * @param afterwards before anything is said of how it went
     */
    List<Told> ask(ApiClient api, Function<EachNode.Node, JsonNode> question, Runnable afterwards) {
        List<Told> told = EachNode.ask(chosen(api), question);
        afterwards.run();
        if (told.size() == 1 && told.get(0) instanceof Told.Failed failed) {
            throw failed.why();
        }
        return told;
    }

    /** As {@link #ask}, of something that need not be on every node: where one has it, nothing is said of those that do not. */
    List<Told> askThoseThatHave(ApiClient api, Function<EachNode.Node, JsonNode> question) {
        List<Told> told = ask(api, question, () -> {});
        List<Told> having = told.stream()
                .filter(one ->
                        !(one instanceof Told.Failed failed && failed.why().exitCode() == ExitCodes.NO_INPUT))
                .toList();
        if (having.isEmpty()) {
            CommandFailed none = ((Told.Failed) told.get(0)).why();
            throw new CommandFailed(none.exitCode(), "on all " + told.size() + " nodes: " + none.getMessage());
        }
        return having;
    }

    static List<JsonNode> answers(List<Told> told) {
        List<JsonNode> answers = new ArrayList<>();
        for (Told one : told) {
            if (one instanceof Told.Answered answered) {
                answers.add(answered.body());
            }
        }
        return answers;
    }

    /** The only node's answer as the API has it; else all of them, and who gave none. */
    JsonNode data(List<Told> told) {
        if (oneOnly()) {
            return answers(told).get(0);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putArray("items").addAll(answers(told));
        ArrayNode failed = data.putArray("failed");
        for (Told one : told) {
            if (one instanceof Told.Failed failure) {
                failed.addObject()
                        .put("node", failure.node().name())
                        .put("reason", failure.why().getMessage());
            }
        }
        return data;
    }

    /** Says of each node that failed why; the first one's exit code is the command's. */
    static int end(Console console, List<Told> told) {
        int code = ExitCodes.OK;
        for (Told one : told) {
            if (one instanceof Told.Failed failed) {
                console.message("holdfast: " + Table.printable(failed.node().name()) + ": "
                        + failed.why().getMessage());
                failed.why().details().forEach(detail -> console.message("  " + detail));
                code = code == ExitCodes.OK ? failed.why().exitCode() : code;
            }
        }
        return code;
    }
}
