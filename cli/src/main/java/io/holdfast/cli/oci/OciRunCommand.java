package io.holdfast.cli.oci;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Create a container, start it, wait for its end and delete it. */
@Command(name = "run", description = "Create a container, start it, wait for its end and delete it.")
final class OciRunCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Option(
            names = {"-b", "--bundle"},
            paramLabel = "DIR",
            description = "The bundle: the directory with config.json. By default the working directory.")
    private Path bundle = Path.of(".");

    @Option(names = "--pid-file", paramLabel = "FILE", description = "Write the container's process id to this file.")
    private Path pidFile;

    @Option(
            names = "--console-socket",
            paramLabel = "PATH",
            description = "A listening unix socket, to which the master of the container's terminal is sent.")
    private String consoleSocket = "";

    @Option(names = "--no-pivot", description = "Accepted for compatibility.")
    private boolean noPivot;

    @Option(names = "--no-new-keyring", description = "Accepted for compatibility.")
    private boolean noNewKeyring;

    @Option(names = "--preserve-fds", paramLabel = "N", description = "Only 0: nothing but 0, 1, 2 reaches a program.")
    private int preserveFds;

    @Option(
            names = {"-d", "--detach"},
            description = "End when it has been started.")
    private boolean detach;

    @Option(names = "--keep", description = "Do not delete it when it has ended.")
    private boolean keep;

    @Parameters(paramLabel = "ID", description = "The container's id.")
    private String id;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            ContainerName name = oci.name(id);
            Containers.requireNoDescriptors(preserveFds);
            return new OciRun(oci, name, detach, keep).run(bundle, pidFile, consoleSocket);
        });
    }
}
