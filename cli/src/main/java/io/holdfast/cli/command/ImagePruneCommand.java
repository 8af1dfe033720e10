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

/** Removes what nobody needs. */
@Command(name = "prune", description = "Remove all images that no allocation of their node needs.")
public final class ImagePruneCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole image;

    @Mixin
    private Connection connection;

    @Mixin
    private OnNodes nodes;

    @Override
    public Integer call() {
        Console console = image.console();
        ApiClient api = connection.open(console);
        ImageApi images = new ImageApi(api);
        List<Told> told = nodes.ask(api, images::prune);
        OnNodes.answers(told).forEach(removed -> console.message(ImageViews.removed(removed)));
        return OnNodes.end(console, told);
    }
}
