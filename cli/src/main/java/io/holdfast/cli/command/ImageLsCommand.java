package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.EachNode.Told;
import io.holdfast.cli.client.ImageApi;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageViews;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Lists images. */
@Command(name = "ls", description = "List images: those that are there, on their way, or could not be pulled.")
public final class ImageLsCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole image;

    @Mixin
    private Connection connection;

    @Mixin
    private OnNodes nodes;

    @Mixin
    private Output output;

    @Override
    public Integer call() {
        Console console = image.console();
        ApiClient api = connection.open(console);
        ImageApi images = new ImageApi(api);
        List<Told> told = nodes.ask(api, images::list);
        output.print(console, nodes.data(told), to -> ImageViews.list(to, OnNodes.answers(told)));
        return OnNodes.end(console, told);
    }
}
