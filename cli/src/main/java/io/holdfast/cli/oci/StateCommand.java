package io.holdfast.cli.oci;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Show the state of a container as JSON. */
@Command(name = "state", description = "Show the state of a container as JSON.")
final class StateCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Parameters(paramLabel = "ID", description = "The container's id.")
    private String id;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            ContainerName name = oci.name(id);
            try (Containers containers = Containers.connect(oci)) {
                oci.console().out().println(OciJson.pretty(containers.state(name)));
            }
            return 0;
        });
    }
}
