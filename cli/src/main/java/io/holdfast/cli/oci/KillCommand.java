package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Send a signal to a container's process. */
@Command(name = "kill", description = "Send a signal to a container's process.")
final class KillCommand extends RequestCommand {
    @Option(
            names = {"-a", "--all"},
            description = "Accepted for compatibility: when a container's process ends, all others of it are killed.")
    private boolean all;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SIGNAL", description = "By name or number; TERM by default.")
    private String signal = "TERM";

    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        int number = Signals.number(signal);
        if (containers.state(name).status().equals("stopped")) {
            throw new OciFailed("container " + name.id() + " is stopped: there is no process to signal");
        }
        containers.call(name, new Request.SignalContainer(name.keeperId(), number), Reply.Done.class);
    }
}
