package io.holdfast.cli.oci;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Make a container of a bundle; it waits to be started. */
@Command(name = "create", description = "Make a container of a bundle; it waits to be started.")
final class CreateCommand extends RequestCommand {
    @Mixin
    private BundleOptions bundle;

    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        containers.create(name, bundle);
    }
}
