package io.holdfast.cli.oci;

import java.io.IOException;
import picocli.CommandLine.Command;

/** Execute the program of a created container. */
@Command(name = "start", description = "Execute the program of a created container.")
final class StartCommand extends RequestCommand {
    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        containers.start(name);
    }
}
