package io.holdfast.cli.command;

import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageProgress;
import io.holdfast.cli.output.ImageViews;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    private ImageOptions options;

    @Mixin
    private ImageReference reference;

    @Override
    public Integer call() {
        Console console = image.console();
        ImageProgress progress = new ImageProgress(console);
        return options.ask(
                console,
                options.open(console),
                (images, node) -> images.pull(node, reference.text(), text -> progress.show(node.name(), text)),
                progress::end,
                ImageViews::arrived);
    }
}
