package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Let a paused container run on. */
@Command(name = "resume", description = "Let a paused container run on.")
final class ResumeCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Parameters(paramLabel = "ID", description = "The container's id.")
    private String id;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            ContainerName name = oci.name(id);
            try (Containers containers = Containers.connect(oci)) {
                containers.call(name, new Request.ResumeContainer(name.keeperId()), Reply.Done.class);
            }
            return 0;
        });
    }
}
