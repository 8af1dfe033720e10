package io.holdfast.cli.oci;

import java.io.IOException;
import picocli.CommandLine.Command;

/** Show the state of a container as JSON. */
@Command(name = "state", description = "Show the state of a container as JSON.")
final class StateCommand extends RequestCommand {
    @Override
    void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException {
        oci.console().out().println(OciJson.pretty(containers.state(name)));
    }
}
