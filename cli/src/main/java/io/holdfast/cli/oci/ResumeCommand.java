package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Let a paused container run on. */
@Command(name = "resume", description = "Let a paused container run on.")
final class ResumeCommand extends RequestCommand {
    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        containers.call(name, new Request.ResumeContainer(name.keeperId()), Reply.Done.class);
    }
}
