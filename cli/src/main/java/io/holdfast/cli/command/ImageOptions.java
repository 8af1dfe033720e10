package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.EachNode;
import io.holdfast.cli.client.EachNode.Told;
import io.holdfast.cli.client.ImageApi;
import io.holdfast.cli.output.Console;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;

/** The options of every command about images, and how it asks nodes and prints what they say. */
final class ImageOptions {
    @Mixin
    private Connection connection;

    @Mixin
    private OnNodes nodes;

    @Mixin
    private Output output;

    /** What is asked of one node. */
    interface Question extends BiFunction<ImageApi, EachNode.Node, JsonNode> {}

    /** Prints what nodes have answered. */
    interface People extends BiConsumer<Console, List<JsonNode>> {}

    /** @return the exit code */
    int ask(Console console, Question question, People people) {
        return ask(console, connection.open(console), question, () -> {}, people);
    }

    /** @param afterwards before anything is said of how it went */
    int ask(Console console, ApiClient api, Question question, Runnable afterwards, People people) {
        ImageApi images = new ImageApi(api);
        return print(console, nodes.ask(api, node -> question.apply(images, node), afterwards), people);
    }

    /** As {@link #ask}, of an image that need not be on every node. */
    int askThoseThatHave(Console console, Question question, People people) {
        ApiClient api = connection.open(console);
        ImageApi images = new ImageApi(api);
        return print(console, nodes.askThoseThatHave(api, node -> question.apply(images, node)), people);
    }

    ApiClient open(Console console) {
        return connection.open(console);
    }

    /** How many nodes will be asked. */
    int count(ApiClient api) {
        return nodes.chosen(api).size();
    }

    private int print(Console console, List<Told> told, People people) {
        output.print(console, nodes.data(told), to -> people.accept(to, OnNodes.answers(told)));
        return OnNodes.end(console, told);
    }
}
