package io.holdfast.cli.oci;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Create a container, start it, wait for its end and delete it. */
@Command(name = "run", description = "Create a container, start it, wait for its end and delete it.")
final class OciRunCommand extends ContainerCommand {
    @Mixin
    private BundleOptions bundle;

    @Option(
            names = {"-d", "--detach"},
            description = "End when it has been started.")
    private boolean detach;

    @Option(names = "--keep", description = "Do not delete it when it has ended.")
    private boolean keep;

    @Override
    int run(OciCommand oci, ContainerName name) throws IOException {
        return new OciRun(oci, name, detach, keep).run(bundle);
    }
}
