package io.holdfast.cli.role;

import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.cli.client.RunFile;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.scheduler.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Everything in the foreground. */
@Command(
        name = "dev",
        description = {
            "Run scheduler, agent and keeper in one process until it is told to stop.",
            "Stopping ends all containers; jobs stay stored in the data directory."
        })
public final class DevCommand implements Callable<Integer> {
    private static final Path DEFAULT_DATA_DIR = Path.of("/var/lib/holdfast/dev");

    @ParentCommand
    private HasConsole root;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where jobs, images and logs are kept; /var/lib/holdfast/dev by default.")
    private Path dataDir = DEFAULT_DATA_DIR;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Of API and page on 127.0.0.1, " + SchedulerConfig.DEFAULT_HTTP_PORT
                    + " by default; 0 for any that is free.")
    private int httpPort = SchedulerConfig.DEFAULT_HTTP_PORT;

    @Option(
            names = "--registries",
            paramLabel = "FILE",
            description = "How registries are reached: mirrors, certificates, credentials.")
    private Path registries = RegistriesConfig.NO_FILE;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        if (httpPort < 0 || httpPort > 65_535) {
            throw new CommandFailed(ExitCodes.USAGE, "--http-port " + httpPort + " is not a port: 0 to 65535");
        }
        Parts.requireRoot("dev");
        RegistriesConfig registriesConfig = Parts.registries(registries);
        StopSignal stop = StopSignal.install();
        DevCluster cluster = DevCluster.start(DevPlaces.of(dataDir), httpPort, registriesConfig);
        stop.onSecond(() -> forced(cluster));
        String url = cluster.scheduler().url();
        RunFile run = RunFile.ofThisProcess(url, cluster.places().token());
        List<Path> runFiles = List.of(
                RunFile.ofUser(console.environment()),
                RunFile.ofDataDir(cluster.places().dataDir()));
        runFiles.forEach(file -> tell(run, file, console));
        console.out().println("ready " + url);
        console.message("page " + url + "/#token=" + cluster.scheduler().token());
        stop.await();
        console.message("stopping: containers end, jobs stay stored in "
                + cluster.places().dataDir());
        cluster.stop();
        runFiles.forEach(run::remove);
        return stop.exitCode();
    }

    private static void tell(RunFile run, Path file, Console console) {
        try {
            run.write(file);
        } catch (IOException e) {
            console.message("other commands will not find this dev by themselves, give them --address and --token: "
                    + file + " cannot be written");
        }
    }

    private static void forced(DevCluster cluster) {
        cluster.kill();
        Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
    }
}
