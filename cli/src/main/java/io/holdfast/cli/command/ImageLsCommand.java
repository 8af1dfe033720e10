package io.holdfast.cli.command;

import io.holdfast.cli.client.ImageApi;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageViews;
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
    private ImageOptions options;

    @Override
    public Integer call() {
        return options.ask(image.console(), ImageApi::list, ImageViews::list);
    }
}
