package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Freeze every process of a container. */
@Command(name = "pause", description = "Freeze every process of a container.")
final class PauseCommand extends RequestCommand {
    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        containers.call(name, new Request.PauseContainer(name.keeperId()), Reply.Done.class);
    }
}
