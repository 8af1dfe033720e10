package io.holdfast.cli.role;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.scheduler.Scheduler;
import io.holdfast.scheduler.SchedulerConfig;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A scheduler of its own. */
@Command(
        name = "scheduler",
        description = {"Run a scheduler until it is told to stop.", "What runs on the nodes runs on without it."})
public final class SchedulerCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "Its configuration, as YAML.")
    private Path config;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        SchedulerConfig settings = Parts.require(
                "the scheduler's configuration",
                ExitCodes.CONFIG,
                SchedulerConfig.read(Parts.config(SchedulerConfig.ROLE, config, Map.of(), console.environment())));
        StopSignal stop = StopSignal.install();
        Vertx vertx = Vertx.vertx();
        try {
            Scheduler scheduler = Parts.await(Scheduler.start(settings, vertx));
            console.out().println("ready " + scheduler.url());
            stop.await();
            Parts.await(scheduler.close());
            return stop.exitCode();
        } finally {
            Parts.await(vertx.close());
        }
    }
}
