package io.holdfast.cli.command;

import io.holdfast.cli.client.ImageApi;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageViews;
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
    private ImageOptions options;

    @Override
    public Integer call() {
        return options.ask(image.console(), ImageApi::prune, ImageViews::removed);
    }
}
