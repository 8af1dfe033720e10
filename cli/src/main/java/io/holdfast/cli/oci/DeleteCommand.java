package io.holdfast.cli.oci;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Remove a stopped container. */
@Command(name = "delete", description = "Remove a stopped container.")
final class DeleteCommand extends RequestCommand {
    @Option(
            names = {"-f", "--force"},
            description = "Kill it first if it still runs; one that is not there is fine.")
    private boolean force;

    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        if (!force) {
            String status = containers.state(name).status();
            if (!status.equals("stopped")) {
                throw new OciFailed("container " + name.id() + " is " + status
                        + ", not stopped: kill it first, or delete with --force");
            }
        }
        containers.client().removeSandbox(name.keeperId());
    }
}
