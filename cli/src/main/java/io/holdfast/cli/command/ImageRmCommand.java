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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Removes an image. */
@Command(name = "rm", description = "Remove an image where no allocation needs it.")
public final class ImageRmCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole image;

    @Mixin
    private Connection connection;

    @Mixin
    private OnNodes nodes;

    @Parameters(paramLabel = "REF", description = "The image, as a job names it: alpine:3.20, oci:/path, …")
    private String reference;

    @Override
    public Integer call() {
        Console console = image.console();
        ApiClient api = connection.open(console);
        ImageApi images = new ImageApi(api);
        List<Told> told = nodes.askThoseThatHave(api, node -> images.remove(node, reference));
        OnNodes.answers(told).forEach(removed -> console.message(ImageViews.removed(removed)));
        return OnNodes.end(console, told);
    }
}
