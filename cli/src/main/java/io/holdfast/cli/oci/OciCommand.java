package io.holdfast.cli.oci;

import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Version;
import io.holdfast.keeper.oci.Features;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The group, with the options that go before a command. */
@Command(
        name = "oci",
        description = {
            "Run OCI bundles by this node's keeper, as other tools run them by runc.",
            "bin/holdfast-oci is the same as one executable."
        },
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = OciCommand.VersionText.class,
        subcommands = {
            CreateCommand.class,
            StartCommand.class,
            OciRunCommand.class,
            StateCommand.class,
            KillCommand.class,
            DeleteCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ListCommand.class,
            FeaturesCommand.class
        })
public final class OciCommand implements Runnable {
    /** Where the keeper listens unless its configuration says otherwise. */
    private static final String DEFAULT_SOCKET = "/run/holdfast/keeper.sock";

    private static final String SOCKET_VARIABLE = "HOLDFAST_KEEPER_SOCKET";

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private HasConsole holdfast;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The keeper's socket. Else $HOLDFAST_KEEPER_SOCKET, else /run/holdfast/keeper.sock.")
    private Path socket;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Keeps containers of different roots apart, as other runtimes do; nothing is stored there.")
    private String root = "";

    @Option(names = "--log", paramLabel = "FILE", description = "Append errors to this file as well.")
    private Path log;

    @Option(names = "--log-format", paramLabel = "FORMAT", description = "Of that file: text or json.")
    private String logFormat = "text";

    @Option(names = "--debug", description = "Accepted for compatibility; HOLDFAST_DEBUG=1 shows stack traces.")
    private boolean debug;

    @Option(
            names = "--systemd-cgroup",
            description = "Accepted for compatibility: containers' cgroups are always below the keeper's own.")
    private boolean systemdCgroup;

    @Option(names = "--rootless", paramLabel = "BOOL", description = "Accepted for compatibility.")
    private String rootless = "";

    @Option(
            names = {"-v", "--version"},
            versionHelp = true,
            description = "Show the versions of holdfast and of the specification and end.")
    private boolean version;

    /** For {@code --version}. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast-oci version " + Version.text(), "spec: " + Features.ALL.ociVersionMax()};
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    Console console() {
        return holdfast.console();
    }

    ContainerName name(String id) throws OciFailed {
        return ContainerName.of(root, id);
    }

    Path socket() {
        if (socket != null) {
            return socket;
        }
        return Path.of(console().environment().getOrDefault(SOCKET_VARIABLE, DEFAULT_SOCKET));
    }

    OciLog log() {
        return new OciLog(log, logFormat.equals("json"));
    }

    /** Every command of the group ends through this: a failure is told in one line and ends with 1. */
    int carryOut(Work work) {
        try {
            return work.run();
        } catch (OciFailed e) {
            e.lines().forEach(line -> {
                console().message("holdfast oci: " + line);
                log().error(line);
            });
            return CommandLine.ExitCode.SOFTWARE;
        } catch (java.io.IOException e) {
            console().message("holdfast oci: " + e.getMessage());
            log().error(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    @FunctionalInterface
    interface Work {
        int run() throws java.io.IOException;
    }
}
