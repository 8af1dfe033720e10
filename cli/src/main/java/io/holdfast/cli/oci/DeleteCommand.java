package io.holdfast.cli.oci;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Remove a stopped container. */
@Command(name = "delete", description = "Remove a stopped container.")
final class DeleteCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Option(
            names = {"-f", "--force"},
            description = "Kill it first if it still runs; one that is not there is fine.")
    private boolean force;

    @Parameters(paramLabel = "ID", description = "The container's id.")
    private String id;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            ContainerName name = oci.name(id);
            try (Containers containers = Containers.connect(oci)) {
                if (!force) {
                    String status = containers.state(name).status();
                    if (!status.equals("stopped")) {
                        throw new OciFailed("container " + id + " is " + status
                                + ", not stopped: kill it first, or delete with --force");
                    }
                }
                containers.client().removeSandbox(name.keeperId());
            }
            return 0;
        });
    }
}
