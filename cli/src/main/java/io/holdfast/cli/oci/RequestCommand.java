package io.holdfast.cli.oci;

import java.io.IOException;

/** A command on one container that has done its work when the keeper has answered. */
abstract class RequestCommand extends ContainerCommand {
    @Override
    final int run(OciCommand oci, ContainerName name) throws IOException {
        try (Containers containers = Containers.connect(oci)) {
            ask(oci, name, containers);
        }
        return 0;
    }

    abstract void ask(OciCommand oci, ContainerName name, Containers containers) throws IOException;
}
