package io.holdfast.cli.oci;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A command on one container. */
abstract class ContainerCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Parameters(index = "0", paramLabel = "ID", description = "The container's id.")
    private String id;

    @Override
    public final Integer call() {
        return oci.carryOut(() -> run(oci, oci.name(id)));
    }

    /** @return the exit code */
    abstract int run(OciCommand oci, ContainerName name) throws IOException;
}
