package io.holdfast.cli;

import io.holdfast.cli.command.CompletionCommand;
import io.holdfast.cli.command.ExecCommand;
import io.holdfast.cli.command.ImageCommand;
import io.holdfast.cli.command.LogsCommand;
import io.holdfast.cli.command.NodeCommand;
import io.holdfast.cli.command.NodesCommand;
import io.holdfast.cli.command.PauseCommand;
import io.holdfast.cli.command.PlanCommand;
import io.holdfast.cli.command.ResumeCommand;
import io.holdfast.cli.command.RunCommand;
import io.holdfast.cli.command.SimulateCommand;
import io.holdfast.cli.command.StatsCommand;
import io.holdfast.cli.command.StatusCommand;
import io.holdfast.cli.command.StopCommand;
import io.holdfast.cli.command.TokenCommand;
import io.holdfast.cli.command.VersionCommand;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.oci.OciCommand;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Version;
import io.holdfast.cli.role.AgentCommand;
import io.holdfast.cli.role.DemoCommand;
import io.holdfast.cli.role.DevCommand;
import io.holdfast.cli.role.KeeperCommand;
import io.holdfast.cli.role.SchedulerCommand;
import io.holdfast.cli.role.WarmUpCommand;
import io.holdfast.model.text.Suggestion;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root: {@code holdfast}. */
@Command(
        name = "holdfast",
        description = "Packs containers onto Linux hosts and keeps them there.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Holdfast.VersionText.class,
        subcommands = {
            RunCommand.class,
            PlanCommand.class,
            StatusCommand.class,
            StopCommand.class,
            LogsCommand.class,
            ExecCommand.class,
            StatsCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            NodesCommand.class,
            NodeCommand.class,
            ImageCommand.class,
            SimulateCommand.class,
            TokenCommand.class,
            VersionCommand.class,
            CompletionCommand.class,
            DevCommand.class,
            DemoCommand.class,
            SchedulerCommand.class,
            AgentCommand.class,
            KeeperCommand.class,
            OciCommand.class,
            WarmUpCommand.class
        },
        footer = {
            "",
            "Environment: HOLDFAST_ADDRESS, HOLDFAST_TOKEN, HOLDFAST_PROJECT, NO_COLOR, HOLDFAST_DEBUG=1 (stack traces).",
            "Exit codes: docs/reference/cli.md."
        })
public final class Holdfast implements Runnable, HasConsole {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this and end.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and end.")
    private boolean version;

    Holdfast(Console console) {
        this.console = console;
    }

    /** The streams and environment that commands use. */
    @Override
    public Console console() {
        return console;
    }

    /** Without a command: what there is. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Runs one command line; never throws. */
    public static int execute(Console console, String... args) {
        CommandLine line = commandLine(console);
        return line.execute(args);
    }

    static CommandLine commandLine(Console console) {
        return new CommandLine(new Holdfast(console))
                .setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        console.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler((e, args) -> usageError(console, e))
                .setExecutionExceptionHandler((e, commandLine, parsed) -> failed(console, e));
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static int usageError(Console console, ParameterException e) {
        CommandLine line = e.getCommandLine();
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("the command line is wrong");
        console.message(
                "holdfast: " + message.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + message.substring(1));
        if (e instanceof UnmatchedArgumentException unmatched) {
            // picocli's own suggestions name half of all commands
            Suggestion.nearest(unmatched.getUnmatched().get(0), known(line.getCommandSpec()))
                    .ifPresent(near -> console.message("  did you mean " + near + "?"));
        }
        console.message("  see " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCodes.USAGE;
    }

    private static List<String> known(CommandSpec spec) {
        List<String> known = new ArrayList<>(spec.optionsMap().keySet());
        spec.subcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                known.add(name);
            }
        });
        return known;
    }

    private static int failed(Console console, Exception e) {
        if (e instanceof CommandFailed refused) {
            console.message("holdfast: " + refused.getMessage());
            refused.details().forEach(detail -> console.message("  " + detail));
            return refused.exitCode();
        }
        if (console.debug()) {
            e.printStackTrace(console.err());
        } else {
            console.message("holdfast: a fault of its own: " + e + "; HOLDFAST_DEBUG=1 shows where");
        }
        return ExitCodes.INTERNAL;
    }

    /** For {@code --version}. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + Version.text()};
        }
    }
}
