package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.EachNode.Told;
import io.holdfast.cli.client.ImageApi;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageProgress;
import io.holdfast.cli.output.ImageViews;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Pulls an image. */
@Command(
        name = "pull",
        description =
                "Pull an image, whether it is there or not, and wait for it. Ctrl-C ends the waiting, not the pull.")
public final class ImagePullCommand implements Callable<Integer> {
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
        ImageProgress progress = new ImageProgress(console);
        List<Told> told = nodes.ask(
                api, node -> images.pull(node, reference, text -> progress.show(node.name(), text)), progress::end);
        for (Told one : told) {
            if (one instanceof Told.Answered answered) {
                console.message(ImageViews.pulled(one.node().name(), answered.body()));
            }
        }
        return OnNodes.end(console, told);
    }
}
