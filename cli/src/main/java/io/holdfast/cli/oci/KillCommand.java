package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Send a signal to a container's process. */
@Command(name = "kill", description = "Send a signal to a container's process.")
final class KillCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Option(
            names = {"-a", "--all"},
            description = "Accepted for compatibility: when a container's process ends, all others of it are killed.")
    private boolean all;

    @Parameters(index = "0", paramLabel = "ID", description = "The container's id.")
    private String id;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SIGNAL", description = "By name or number; TERM by default.")
    private String signal = "TERM";

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            ContainerName name = oci.name(id);
            int number = Signals.number(signal);
            try (Containers containers = Containers.connect(oci)) {
                String status = containers.state(name).status();
                if (status.equals("stopped")) {
                    throw new OciFailed("container " + id + " is stopped: there is no process to signal");
                }
                containers.call(name, new Request.SignalContainer(name.keeperId(), number), Reply.Done.class);
            }
            return 0;
        });
    }
}
