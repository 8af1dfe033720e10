package io.holdfast.cli.oci;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Execute the program of a created container. */
@Command(name = "start", description = "Execute the program of a created container.")
final class StartCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Parameters(paramLabel = "ID", description = "The container's id.")
    private String id;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            ContainerName name = oci.name(id);
            try (Containers containers = Containers.connect(oci)) {
                containers.start(name);
            }
            return 0;
        });
    }
}
