package io.holdfast.cli.role;

import io.holdfast.agent.Agent;
import io.holdfast.agent.AgentConfig;
import io.holdfast.agent.AgentJvm;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** An agent of its own. */
@Command(
        name = "agent",
        description = {
            "Run a node's agent until it is told to stop.",
            "Containers run on without it, unless --drain-on-exit ends them first."
        })
public final class AgentCommand implements Callable<Integer> {
    @ParentCommand
    private HasConsole root;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "Its configuration, as YAML.")
    private Path config;

    @Option(names = "--drain-on-exit", description = "End every container of this node before the agent ends.")
    private boolean drainOnExit;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        Map<String, String> flags = drainOnExit ? Map.of("drain-on-exit", "true") : Map.of();
        AgentConfig settings = Parts.require(
                "the agent's configuration",
                ExitCodes.CONFIG,
                AgentConfig.read(
                        Parts.config(AgentConfig.ROLE, config, flags, console.environment()), HostName.ofMachine()));
        StopSignal stop = StopSignal.install();
        Vertx vertx = Vertx.vertx(AgentJvm.vertxOptions());
        try {
            Agent agent = Parts.await(Agent.start(settings, vertx));
            console.out().println("ready " + settings.name() + " " + agent.nodeId());
            stop.await();
            Parts.await(agent.close());
            return stop.exitCode();
        } finally {
            Parts.await(vertx.close());
        }
    }
}
