package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.Archive;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.ImageProgress;
import io.holdfast.cli.output.ImageViews;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Brings images from an archive. */
@Command(
        name = "import",
        description =
                "Send an archive of images to nodes, as docker save writes it, and wait until they are there. Ctrl-C ends it.")
public final class ImageImportCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole image;

    @Mixin
    private ImageOptions options;

    @Option(
            names = "--name",
            paramLabel = "REF",
            description = "The name of the only image in it, as team/web:1.0; else those that the archive has.")
    private String name = "";

    @Parameters(
            paramLabel = "FILE",
            description = "The archive on this machine, compressed or not; - is standard input.")
    private String file;

    @Override
    public Integer call() {
        Console console = image.console();
        ApiClient api = options.open(console);
        ImageProgress progress = new ImageProgress(console);
        try (Archive archive = Archive.of(file, console.in(), options.count(api))) {
            return options.ask(
                    console,
                    api,
                    (images, node) -> images.load(node, archive, name, text -> progress.show(node.name(), text)),
                    progress::end,
                    ImageViews::arrived);
        }
    }
}
