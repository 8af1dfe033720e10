package io.holdfast.cli.command;

import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageViews;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Removes an image. */
@Command(name = "rm", description = "Remove an image where no allocation needs it.")
public final class ImageRmCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole image;

    @Mixin
    private ImageOptions options;

    @Mixin
    private ImageReference reference;

    @Override
    public Integer call() {
        return options.askThoseThatHave(
                image.console(), (images, node) -> images.remove(node, reference.text()), ImageViews::removed);
    }
}
