package io.holdfast.cli.command;

import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageViews;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Shows an image. */
@Command(name = "inspect", description = "Show what an image says about running it, and its layers.")
public final class ImageInspectCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole image;

    @Mixin
    private ImageOptions options;

    @Mixin
    private ImageReference reference;

    @Override
    public Integer call() {
        return options.askThoseThatHave(
                image.console(), (images, node) -> images.inspect(node, reference.text()), ImageViews::details);
    }
}
